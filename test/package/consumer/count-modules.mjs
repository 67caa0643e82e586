// Prints the modules that are loaded with a package.
import { registerHooks } from 'node:module'

const loaded = []
registerHooks({
  load: (url, context, next) => {
    if (!url.startsWith('node:')) loaded.push(url)
    return next(url, context)
  },
})
await import(process.argv[2])
console.log(JSON.stringify(loaded))
