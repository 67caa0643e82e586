import eslint from '@eslint/js'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.lab', '.bench', '.results'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A number in a template string needs no String(). The rule still refuses objects.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A search cannot find a default export by its name. The exceptions below are files whose tools require one.
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
        { selector: 'TSEnumDeclaration', message: 'Use a union of strings.' },
      ],
    },
  },
  // vitest reads its configuration and its global setups only from default exports.
  { files: ['*.config.ts', 'test/*/*-setup.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // Plain JavaScript files run on the system's own Node before anything is installed.
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', module: 'writable' } },
  },
)
