import { expect, test } from 'vitest'
import { placeApart } from './upgrades-apart.ts'

test.each([
  [
    ['kept', 'lost'],
    [1, 2, 3, 4, 5],
    [1, 'kept', 2, 3, 'lost', 4, 5],
  ],
  [['kept', 'lost'], [1], [1, 'kept', 'lost']],
  [['kept', 'lost'], [], ['kept', 'lost']],
  [['kept'], [1, 2], [1, 'kept', 2]],
  [[], [1, 2], [1, 2]],
])('%j among %j', (upgrades, others, placed) => {
  expect(placeApart<string | number>(upgrades, others)).toEqual(placed)
})
