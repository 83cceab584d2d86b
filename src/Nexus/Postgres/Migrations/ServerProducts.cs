using Nexus.Errors;

namespace Nexus.Postgres;

/// <summary>Servers that speak PostgreSQL's protocol and lack what Nexus relies on. Each is refused by name, with the feature.</summary>
internal static class ServerProducts
{
    /// <summary>What marks each product in the text of <c>version()</c>, and why it is refused.</summary>
    private static readonly (string Mark, string Name, string Missing)[] Refused =
    [
        ("CockroachDB", "CockroachDB", "LISTEN and NOTIFY are missing (cockroachdb/cockroach#41522), and its advisory locks lock nothing, so two "
            + "migrations would run at once"),
        ("-YB-", "YugabyteDB", "LISTEN and NOTIFY are early access, and its indexes and partitions behave differently"),
        ("limitless", Limitless, LacksPartitions),
    ];

    /// <summary>A view that Aurora PostgreSQL Limitless Database has; <c>version()</c> may state the community version alone.</summary>
    public const string LimitlessView = "rds_aurora.limitless_tables";

    private const string Limitless = "Aurora PostgreSQL Limitless Database";

    private const string LacksPartitions = "partitioned tables and the storage parameter fillfactor are missing";

    /// <param name="version">The text of <c>version()</c>.</param>
    /// <param name="hasLimitlessView">Whether <see cref="LimitlessView"/> exists.</param>
    /// <exception cref="StoreIncompatibleException">The product is refused.</exception>
    public static void Check(string version, bool hasLimitlessView)
    {
        foreach (var (mark, name, missing) in Refused)
        {
            if (version.Contains(mark, StringComparison.OrdinalIgnoreCase)) throw Refusal(name, missing);
        }
        if (hasLimitlessView) throw Refusal(Limitless, LacksPartitions);
    }

    private static StoreIncompatibleException Refusal(string name, string missing) =>
        new($"the server is {name}, which Nexus cannot use: {missing}. Use PostgreSQL; docs/scaling.md shows how several servers are used");
}
