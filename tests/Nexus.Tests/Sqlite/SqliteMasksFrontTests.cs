using Nexus.StoreContract;
using Nexus.StoreContract.Front;

namespace Nexus.Tests.Sqlite;

/// <summary>As the classes in SqliteFrontTests.cs; in a file of its own because it is a part of the mutation tests.</summary>
public sealed class SqliteMasksFrontTests : MasksFrontContract
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}
