#!/usr/bin/env node
// CommonJS and old syntax, so that a Node which is too old can say so.
const major = Number(process.versions.node.split('.')[0])
if (major < 20) {
  process.stderr.write(
    `aws-mcp needs Node 20 or newer, and this is Node ${process.versions.node} (${process.execPath}).\n`,
  )
  process.exit(1)
}

// All that the bundle takes of Node 21 and 22.
if (!Map.groupBy) {
  Map.groupBy = function groupBy(items, keyOf) {
    const groups = new Map()
    let index = 0
    for (const item of items) {
      const key = keyOf(item, index++)
      const group = groups.get(key)
      if (group) group.push(item)
      else groups.set(key, [item])
    }
    return groups
  }
}
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
