namespace Nexus.Stores;

/// <summary>Version, size and row counts of a store. Counts are estimates where a store cannot count cheaply.</summary>
/// <param name="Kind"><c>postgresql</c> or <c>embedded</c>.</param>
/// <param name="Location">Where it is, without credentials: <c>host:port/database</c> or the file.</param>
/// <param name="ServerVersion">Of PostgreSQL or SQLite.</param>
/// <param name="SchemaVersion">The newest migration applied.</param>
/// <param name="SizeBytes">On disk.</param>
/// <param name="Sessions">Rows.</param>
/// <param name="Users">Rows.</param>
/// <param name="Trades">Rows.</param>
/// <param name="PoolSize">Connections of this process now, 0 where there is no pool.</param>
/// <param name="PoolMax">The pool's limit, 0 where there is no pool.</param>
public sealed record StoreStatus(
    string Kind,
    string Location,
    string ServerVersion,
    int SchemaVersion,
    long SizeBytes,
    long Sessions,
    long Users,
    long Trades,
    int PoolSize = 0,
    int PoolMax = 0);
