# Lets the MCP gateway into AWS account 111111111112 (dev) of Acme Corporation

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "external_id" {
  description = "External id that the gateway sends with each request"
  type        = string
  default     = "acme-dev-9Lp4sJhF6dGa7yQw5tZr"
}

variable "gateway_principal_arn" {
  description = "IAM role of the gateway, which alone is trusted"
  type        = string
  default     = "arn:aws:iam::123456789012:role/mcp-gateway"
}

resource "aws_iam_role" "read" {
  name                 = "mcp-gateway-read"
  path                 = "/"
  description          = "Assumed by the MCP gateway for read calls of tenant acme"
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "GatewayWithExternalId"
        Effect = "Allow"
        Principal = {
          AWS = var.gateway_principal_arn
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "sts:ExternalId" = var.external_id
          }
        }
      },
      {
        Sid    = "NamesItsCaller"
        Effect = "Allow"
        Principal = {
          AWS = var.gateway_principal_arn
        }
        Action = "sts:SetSourceIdentity"
      },
      {
        Sid    = "TagsItsSession"
        Effect = "Allow"
        Principal = {
          AWS = var.gateway_principal_arn
        }
        Action = "sts:TagSession"
        Condition = {
          "ForAllValues:StringEquals" = {
            "aws:TagKeys" = [
              "mcp:tenant",
              "mcp:user",
              "mcp:client",
              "mcp:call",
            ]
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "read" {
  name = "mcp-gateway-read"
  role = aws_iam_role.read.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "GlobalBudgetsBudget"
        Effect   = "Allow"
        Action   = ["budgets:ViewBudget"]
        Resource = ["arn:aws:budgets::111111111112:budget/*"]
      },
      {
        Sid    = "GlobalCeAnyResource"
        Effect = "Allow"
        Action = [
          "ce:GetCostAndUsage",
          "ce:GetCostForecast",
        ]
        Resource = "*"
      },
      {
        Sid    = "CloudformationAnyResource"
        Effect = "Allow"
        Action = [
          "cloudformation:BatchDescribeTypeConfigurations",
          "cloudformation:DescribeStackDriftDetectionStatus",
          "cloudformation:GetTemplateSummary",
          "cloudformation:ValidateTemplate",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "CloudformationStack"
        Effect = "Allow"
        Action = [
          "cloudformation:DescribeStackEvents",
          "cloudformation:DescribeStackResourceDrifts",
          "cloudformation:DescribeStacks",
          "cloudformation:DetectStackDrift",
          "cloudformation:DetectStackResourceDrift",
          "cloudformation:GetTemplate",
          "cloudformation:ListStackResources",
        ]
        Resource = ["arn:aws:cloudformation:*:111111111112:stack/*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "CloudwatchAnyResource"
        Effect = "Allow"
        Action = [
          "cloudwatch:DescribeAlarmHistory",
          "cloudwatch:DescribeAlarms",
          "cloudwatch:GetMetricData",
          "cloudwatch:GetMetricStatistics",
          "cloudwatch:ListMetrics",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid      = "Ec2AnyResource"
        Effect   = "Allow"
        Action   = ["ec2:DescribeInstances"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid      = "GlobalIamRole"
        Effect   = "Allow"
        Action   = ["iam:SimulatePrincipalPolicy"]
        Resource = ["arn:aws:iam::111111111112:role/*"]
      },
      {
        Sid      = "LambdaAnyResource"
        Effect   = "Allow"
        Action   = ["lambda:ListFunctions"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid      = "LogsAnyResource"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "LogsLogGroup"
        Effect = "Allow"
        Action = [
          "logs:FilterLogEvents",
          "logs:GetQueryResults",
          "logs:StartQuery",
        ]
        Resource = ["arn:aws:logs:*:111111111112:log-group:*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "S3Object"
        Effect = "Allow"
        Action = [
          "s3:GetObject",
          "s3:GetObjectVersion",
        ]
        Resource = ["arn:aws:s3:::*/*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
            "aws:ResourceAccount" = "111111111112"
          }
        }
      },
      {
        Sid      = "GlobalS3AnyResource"
        Effect   = "Allow"
        Action   = ["s3:ListAllMyBuckets"]
        Resource = "*"
      },
      {
        Sid      = "S3Bucket"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = ["arn:aws:s3:::*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
            "aws:ResourceAccount" = "111111111112"
          }
        }
      },
      {
        Sid    = "ServicequotasAnyResource"
        Effect = "Allow"
        Action = [
          "servicequotas:ListAWSDefaultServiceQuotas",
          "servicequotas:ListServiceQuotas",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid      = "TagAnyResource"
        Effect   = "Allow"
        Action   = ["tag:GetResources"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
    ]
  })
}

output "read_role_arn" {
  description = "ARN of the role for read calls"
  value       = aws_iam_role.read.arn
}

resource "aws_iam_role" "write" {
  name                 = "mcp-gateway-write"
  path                 = "/"
  description          = "Assumed by the MCP gateway for write calls of tenant acme"
  max_session_duration = 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "GatewayWithExternalId"
        Effect = "Allow"
        Principal = {
          AWS = var.gateway_principal_arn
        }
        Action = "sts:AssumeRole"
        Condition = {
          StringEquals = {
            "sts:ExternalId" = var.external_id
          }
        }
      },
      {
        Sid    = "NamesItsCaller"
        Effect = "Allow"
        Principal = {
          AWS = var.gateway_principal_arn
        }
        Action = "sts:SetSourceIdentity"
      },
      {
        Sid    = "TagsItsSession"
        Effect = "Allow"
        Principal = {
          AWS = var.gateway_principal_arn
        }
        Action = "sts:TagSession"
        Condition = {
          "ForAllValues:StringEquals" = {
            "aws:TagKeys" = [
              "mcp:tenant",
              "mcp:user",
              "mcp:client",
              "mcp:call",
            ]
          }
        }
      },
    ]
  })
}

resource "aws_iam_role_policy" "write" {
  name = "mcp-gateway-write"
  role = aws_iam_role.write.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "GlobalBudgetsBudget"
        Effect   = "Allow"
        Action   = ["budgets:ViewBudget"]
        Resource = ["arn:aws:budgets::111111111112:budget/*"]
      },
      {
        Sid    = "GlobalCeAnyResource"
        Effect = "Allow"
        Action = [
          "ce:GetCostAndUsage",
          "ce:GetCostForecast",
        ]
        Resource = "*"
      },
      {
        Sid    = "CloudformationAnyResource"
        Effect = "Allow"
        Action = [
          "cloudformation:BatchDescribeTypeConfigurations",
          "cloudformation:DescribeStackDriftDetectionStatus",
          "cloudformation:GetTemplateSummary",
          "cloudformation:TagResource",
          "cloudformation:ValidateTemplate",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "CloudformationStack"
        Effect = "Allow"
        Action = [
          "cloudformation:CancelUpdateStack",
          "cloudformation:CreateChangeSet",
          "cloudformation:DeleteChangeSet",
          "cloudformation:DeleteStack",
          "cloudformation:DescribeChangeSet",
          "cloudformation:DescribeStackEvents",
          "cloudformation:DescribeStackResourceDrifts",
          "cloudformation:DescribeStacks",
          "cloudformation:DetectStackDrift",
          "cloudformation:DetectStackResourceDrift",
          "cloudformation:ExecuteChangeSet",
          "cloudformation:GetTemplate",
          "cloudformation:ListChangeSets",
          "cloudformation:ListStackResources",
        ]
        Resource = ["arn:aws:cloudformation:*:111111111112:stack/*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "CloudwatchAnyResource"
        Effect = "Allow"
        Action = [
          "cloudwatch:DescribeAlarmHistory",
          "cloudwatch:DescribeAlarms",
          "cloudwatch:GetMetricData",
          "cloudwatch:GetMetricStatistics",
          "cloudwatch:ListMetrics",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "Ec2AnyResource"
        Effect = "Allow"
        Action = [
          "ec2:CreateTags",
          "ec2:DescribeImages",
          "ec2:DescribeInstanceTypes",
          "ec2:DescribeInstances",
          "ec2:DescribeTags",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "Ec2Several"
        Effect = "Allow"
        Action = ["ec2:ModifyInstanceAttribute"]
        Resource = [
          "arn:aws:ec2:*:111111111112:instance/*",
          "arn:aws:ec2:*:111111111112:security-group/*",
          "arn:aws:ec2:*:111111111112:volume/*",
        ]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "Ec2Instance"
        Effect = "Allow"
        Action = [
          "ec2:RebootInstances",
          "ec2:StartInstances",
          "ec2:StopInstances",
          "ec2:TerminateInstances",
        ]
        Resource = ["arn:aws:ec2:*:111111111112:instance/*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "Ec2Several2"
        Effect = "Allow"
        Action = ["ec2:RunInstances"]
        Resource = [
          "arn:aws:ec2:*::image/*",
          "arn:aws:ec2:*:111111111112:instance/*",
          "arn:aws:ec2:*:111111111112:key-pair/*",
          "arn:aws:ec2:*:111111111112:launch-template/*",
          "arn:aws:ec2:*:111111111112:network-interface/*",
          "arn:aws:ec2:*:111111111112:security-group/*",
          "arn:aws:ec2:*::snapshot/*",
          "arn:aws:ec2:*:111111111112:subnet/*",
          "arn:aws:ec2:*:111111111112:volume/*",
        ]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid      = "GlobalIamRole"
        Effect   = "Allow"
        Action   = ["iam:SimulatePrincipalPolicy"]
        Resource = ["arn:aws:iam::111111111112:role/*"]
      },
      {
        Sid    = "LambdaFunction"
        Effect = "Allow"
        Action = [
          "lambda:GetFunctionConfiguration",
          "lambda:InvokeFunction",
        ]
        Resource = ["arn:aws:lambda:*:111111111112:function:*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid      = "LambdaAnyResource"
        Effect   = "Allow"
        Action   = ["lambda:ListFunctions"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "LogsAnyResource"
        Effect = "Allow"
        Action = [
          "logs:DescribeLogGroups",
          "logs:StopQuery",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "LogsLogGroup"
        Effect = "Allow"
        Action = [
          "logs:FilterLogEvents",
          "logs:GetQueryResults",
          "logs:StartQuery",
        ]
        Resource = ["arn:aws:logs:*:111111111112:log-group:*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "S3Object"
        Effect = "Allow"
        Action = [
          "s3:DeleteObject",
          "s3:DeleteObjectVersion",
          "s3:GetObject",
          "s3:GetObjectVersion",
          "s3:PutObject",
        ]
        Resource = ["arn:aws:s3:::*/*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
            "aws:ResourceAccount" = "111111111112"
          }
        }
      },
      {
        Sid    = "S3Bucket"
        Effect = "Allow"
        Action = [
          "s3:GetBucketTagging",
          "s3:GetBucketVersioning",
          "s3:ListBucket",
        ]
        Resource = ["arn:aws:s3:::*"]
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
            "aws:ResourceAccount" = "111111111112"
          }
        }
      },
      {
        Sid      = "GlobalS3AnyResource"
        Effect   = "Allow"
        Action   = ["s3:ListAllMyBuckets"]
        Resource = "*"
      },
      {
        Sid    = "ServicequotasAnyResource"
        Effect = "Allow"
        Action = [
          "servicequotas:ListAWSDefaultServiceQuotas",
          "servicequotas:ListServiceQuotas",
        ]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid      = "TagAnyResource"
        Effect   = "Allow"
        Action   = ["tag:GetResources"]
        Resource = "*"
        Condition = {
          StringEquals = {
            "aws:RequestedRegion" = [
              "eu-west-1",
              "us-east-1",
            ]
          }
        }
      },
      {
        Sid    = "Never"
        Effect = "Deny"
        Action = [
          "account:*",
          "cloudtrail:DeleteTrail",
          "cloudtrail:StopLogging",
          "iam:*",
          "kms:ScheduleKeyDeletion",
          "organizations:*",
          "sts:AssumeRole",
        ]
        Resource = "*"
      },
    ]
  })
}

output "write_role_arn" {
  description = "ARN of the role for write calls"
  value       = aws_iam_role.write.arn
}
