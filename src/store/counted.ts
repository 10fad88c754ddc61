import type { Prisma } from "./generated/client.js";

type Factory = NonNullable<Prisma.PrismaClientOptions["adapter"]>;
type Adapter = Awaited<ReturnType<Factory["connect"]>>;
type Queryable = Pick<Adapter, "queryRaw" | "executeRaw">;

/** Counts what reaches the driver, since a promise of no query is worth what a count of them says. */
export function counted(factory: Factory): { readonly adapter: Factory; queries(): number } {
  let count = 0;
  const counting = <T extends Queryable>(target: T): T => {
    const { queryRaw, executeRaw } = target;
    target.queryRaw = (query) => {
      count += 1;
      return queryRaw.call(target, query);
    };
    target.executeRaw = (query) => {
      count += 1;
      return executeRaw.call(target, query);
    };
    return target;
  };
  const connect = async () => {
    const adapter = counting(await factory.connect());
    const { startTransaction } = adapter;
    adapter.startTransaction = async (level) => counting(await startTransaction.call(adapter, level));
    return adapter;
  };
  const { provider, adapterName } = factory;
  return { adapter: { provider, adapterName, connect }, queries: () => count };
}
