using System.Data;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nexus.Infrastructure;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>A record in nexus_meta.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public readonly record struct AppliedMigration(string Name, string Checksum)
{
    private const string Separator = " sha256:";

    internal static AppliedMigration Of(Migration migration) => new(migration.Name, migration.Checksum);

    internal static AppliedMigration Parse(string value) =>
        value.Split(Separator) is [var name, var checksum] ? new(name, checksum) : new(value, "");

    /// <summary>The value of the record.</summary>
    public override string ToString() => Name + Separator + Checksum;
}
