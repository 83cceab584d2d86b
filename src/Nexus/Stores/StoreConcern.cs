namespace Nexus.Stores;

/// <summary>A problem of a store that responds.</summary>
/// <param name="Code"><see cref="ChangesNotHeard"/> or another of the constants: for programs, and safe to show to anybody.</param>
/// <param name="Message">What is wrong and what to do, for the operator.</param>
public sealed record StoreConcern(string Code, string Message)
{
    /// <summary>Changes of other instances are not proven to arrive: nothing is served from memory and each read asks the database.</summary>
    public const string ChangesNotHeard = "changes_not_heard";

    /// <summary>Another instance with the fallback mode <c>read-write</c> uses the same state; that mode is for one instance.</summary>
    public const string AnotherReadWriteInstance = "another_read_write_instance";

    /// <summary>Trades of some month are refused because its partition is missing and cannot be created.</summary>
    public const string TradesWithoutPartition = "trades_without_partition";

    /// <summary>The embedded store's file is damaged.</summary>
    public const string DamagedFile = "damaged_file";
}
