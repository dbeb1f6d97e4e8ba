/**
 * Members of outputs that hold secrets though their schema does not say so, by `service:Operation`, as paths in which
 * `[]` stands for each element. What a name or a text gives away is found by the rules of `redactSecrets` instead.
 */
export const unmarkedSecrets: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'apigateway:CreateApiKey': [['value']],
  'apigateway:CreateUsagePlanKey': [['value']],
  'apigateway:GetApiKey': [['value']],
  'apigateway:GetApiKeys': [['items', '[]', 'value']],
  'apigateway:GetUsagePlanKey': [['value']],
  'apigateway:GetUsagePlanKeys': [['items', '[]', 'value']],
  'apigateway:UpdateApiKey': [['value']],
  // A shell: with both, whoever reads this has the session.
  'codebuild:StartSandboxConnection': [
    ['ssmSession', 'tokenValue'],
    ['ssmSession', 'streamUrl'],
  ],
  // What a machine printed while it started, generated passwords included.
  'ec2:GetConsoleOutput': [['Output']],
  'ec2:GetConsoleScreenshot': [['ImageData']],
  // A presigned URL of the code.
  'lambda:GetFunction': [['Code', 'Location']],
  'lambda:GetLayerVersion': [['Content', 'Location']],
  'lambda:GetLayerVersionByArn': [['Content', 'Location']],
  'lambda:PublishLayerVersion': [['Content', 'Location']],
  // Presigned URLs of the files of a document.
  'ssm:GetDocument': [['AttachmentsContent', '[]', 'Url']],
}
