import { definePrompt } from '@gateway/domain'
import { accountArgument, oneOf, regionArgument } from './completions.ts'
import { instructionsMessage, placeOf, quoted } from './instructions.ts'

/** A small web server as a stack, planned before it is paid for. */
export const launchWebServer = definePrompt({
  name: 'launch_web_server',
  title: 'Launch a web server',
  description:
    'Plans a small web server as a CloudFormation stack, shows plan and price, and makes it once you agree.',
  arguments: [
    accountArgument,
    regionArgument,
    { name: 'name', description: 'name of the stack and the server', required: true },
    {
      name: 'instanceType',
      description: 'EC2 instance type; t3.micro unless given',
      required: false,
      complete: oneOf('t3.micro', 't3.small', 't3.medium', 't4g.micro', 't4g.small', 't4g.medium'),
    },
  ],
  async get(_context, args) {
    const type = quoted(args.instanceType || 't3.micro')
    const name = quoted(args.name ?? '')
    return instructionsMessage({
      goal: `Launch a web server named ${name} of type ${type} in ${placeOf(args)}.`,
      steps: [
        `Call aws_cloudformation_describe_stacks with stackName ${name}. An error that the stack does not exist means that the name is free: it is no refusal, so go on. If there is such a stack, stop: it is not ours to replace.`,
        'Find the newest Amazon Linux 2023 image for the architecture of the type (arm64 where a g follows the number as in t4g, else x86_64): call aws_api_read with service "ec2", operation "DescribeImages", params {"Owners": ["amazon"], "Filters": [{"Name": "name", "Values": ["al2023-ami-2023.*"]}, {"Name": "architecture", "Values": ["x86_64"]}]} and query "sort_by(Images, &CreationDate)[-1].{id: ImageId, name: Name, created: CreationDate}".',
        'Find a VPC with a subnet that has a route to an internet gateway: aws_api_read with DescribeVpcs, DescribeSubnets and DescribeRouteTables. If there are several, ask me which.',
        `Call aws_ec2_launch_instances with dryRun true, count 1, instanceType ${type}, and that image and subnet: it tells whether I may launch it and what it costs by the hour, and launches nothing.`,
        'Write a template: the instance with IMDSv2 required and no key pair, user data that installs and starts nginx, a security group that lets in port 80 only, tags Name and Owner, the public address as an output. Ask me from which addresses it may be reached; do not open port 22.',
        'Call aws_cloudformation_validate_template with it, and correct what it finds.',
        `Call aws_cloudformation_create_stack with stackName ${name}, that template and mode "plan". Show me the plan, and the price per hour where an answer has one; say "unpriced" where none has.`,
        'Ask me. When I agree call it again with mode "apply" and everything else the same.',
        'Follow it with aws_operation_status and the operationId of the answer until it ends. Then read its outputs with aws_cloudformation_describe_stacks.',
      ],
      stop: [
        'Launch with the stack only: aws_ec2_launch_instances is for its dry run here.',
        'If the stack fails, do not try again: show its failed events and ask me.',
      ],
      table:
        'stack, instance, type, public address, open ports and from where, price per hour, how to remove it',
      changes: true,
    })
  },
})
