export { readTenants } from './read-tenants.ts'
