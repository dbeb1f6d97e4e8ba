import { distanceOf } from './distance.ts'
import type { StoredService } from './indexed-service.ts'

/** The nearest operations to one that is not there, as `service:Operation`, best first. */
export const suggestOperations = (
  services: readonly StoredService[],
  service: string,
  operation: string,
): readonly string[] => {
  const wanted = operation.slice(0, maxLength).toLowerCase()
  if (wanted === '') return []
  const here = services.filter((each) => isCalled(each, service))
  // A service that is right is the place to look; the name alone may be of another one.
  const near = nearest(here, wanted, Math.max(2, Math.floor(wanted.length / 3)))
  const elsewhere = nearest(
    services.filter((each) => !here.includes(each)),
    wanted,
    Math.floor(wanted.length / 8),
  )
  return [...near, ...elsewhere].slice(0, maxSuggestions)
}

const maxSuggestions = 5
// No operation has a longer name.
const maxLength = 100

/** By its prefix, or as its client or people call it: `cloudwatch-logs`, `StepFunctions`. */
const isCalled = ({ service, title, aliases }: StoredService, name: string): boolean => {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const asked = bare(name)
  return asked !== '' && [service, title, ...aliases.split(' ')].some((each) => bare(each) === asked)
}

const nearest = (services: readonly StoredService[], wanted: string, most: number): string[] =>
  services
    .flatMap((each) =>
      Object.keys(each.operations).flatMap((name) => {
        const distance = distanceOf(wanted, name.toLowerCase(), most)
        return distance > most ? [] : [{ name: `${each.service}:${name}`, distance }]
      }),
    )
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, maxSuggestions)
    .map(({ name }) => name)
