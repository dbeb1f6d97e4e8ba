/** A web server that lets in port 80 from one network, with its address as an output. */
export const landingPage = {
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'Landing page of Acme',
  Parameters: { InstanceType: { Type: 'String', Default: 't3.micro' } },
  Resources: {
    Firewall: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'HTTP from the office',
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, CidrIp: '203.0.113.0/24' }],
      },
    },
    Server: {
      Type: 'AWS::EC2::Instance',
      Properties: {
        ImageId: 'ami-760aaa0f',
        InstanceType: { Ref: 'InstanceType' },
        SecurityGroupIds: [{ 'Fn::GetAtt': ['Firewall', 'GroupId'] }],
        Tags: [{ Key: 'Name', Value: 'acme-landing' }],
      },
    },
  },
  Outputs: {
    InstanceId: { Value: { Ref: 'Server' } },
    Address: { Value: { 'Fn::GetAtt': ['Server', 'PublicIp'] } },
  },
}
