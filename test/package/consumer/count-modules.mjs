// Prints the modules that Node loads when it imports a package.
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
