# Lets the MCP gateway into AWS account 111111111111 (prod) of Acme Corporation

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
  default     = "acme-prod-3Vb1uQyT0kzR8mWc2nXe"
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
            "aws:ResourceAccount" = "111111111111"
          }
        }
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
            "aws:ResourceAccount" = "111111111111"
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
            "aws:ResourceAccount" = "111111111111"
          }
        }
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
            "aws:ResourceAccount" = "111111111111"
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
