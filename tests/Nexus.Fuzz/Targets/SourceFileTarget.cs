using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.ImportExport;

namespace Nexus.Fuzz.Targets;

/// <summary>SQLite files of other bots, byte by byte.</summary>
/// <param name="name">Of the target.</param>
/// <param name="read">Reads the records of the opened file.</param>
internal sealed class SourceFileTarget(string name, Func<SourceDatabase, SourceReport, IEnumerable<ImportRecord>> read) : FuzzTarget
{
    public static FuzzTarget Freqtrade { get; } =
        new SourceFileTarget("freqtrade-file", (file, report) => new FreqtradeSource(file, (ChatId)42, report).Read());

    public static FuzzTarget Hummingbot { get; } =
        new SourceFileTarget("hummingbot-file", (file, report) => new HummingbotSource(file, (ChatId)42, report).Read());

    public override string Name => name;

    public override IReadOnlyList<string> Dictionaries => ["rows"];

    public override int Mutations => 250;

    public override bool IsGrown => false;

    public override void Run(byte[] input, ShownTexts shown)
    {
        using var file = new MemoryFile(input);
        using var database = SourceDatabase.Open(file.Path);
        foreach (var record in read(database, new SourceReport(name)))
        {
            shown.Add(record.Name);
            if (record is RefusedRecord refused) shown.Add(refused.Reason);
        }
    }

    public override bool IsDocumented(Exception error) => error is NexusValidationException;

    /// <summary>Names of tables and columns may be anything.</summary>
    public override bool HidesPlanted(ReadOnlySpan<byte> input) => false;
}
