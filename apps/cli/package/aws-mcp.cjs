#!/usr/bin/env node
// CommonJS and old syntax, so that a Node which is too old can say so.
const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  process.stderr.write(
    `aws-mcp needs Node 20 or newer, and this is Node ${process.versions.node} (${process.execPath}).\n`,
  )
  process.exit(1)
}

// All that the bundle takes of Node 22.
if (!Promise.withResolvers) {
  Promise.withResolvers = function withResolvers() {
    const parts = {}
    parts.promise = new this((resolve, reject) => {
      parts.resolve = resolve
      parts.reject = reject
    })
    return parts
  }
}

import('./stdio.mjs')
