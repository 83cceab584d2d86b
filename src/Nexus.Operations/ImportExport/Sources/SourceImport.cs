using Microsoft.Extensions.Logging;
using Nexus.Chats;
using Nexus.Errors;

namespace Nexus.Operations.ImportExport;

/// <summary>Imports the database of another bot for one chat.</summary>
public static class SourceImport
{
    /// <summary>The programs whose databases are read.</summary>
    public static IReadOnlyList<string> Programs { get; } = [FreqtradeSource.Program, HummingbotSource.Program];

    /// <summary>
    /// Reads the whole file as a dry run, and then imports it unless <see cref="ImportOptions.DryRun"/> is set: nothing is written of a file that
    /// cannot be read to its end.
    /// </summary>
    /// <param name="nexus">The store.</param>
    /// <param name="program">One of <see cref="Programs"/>.</param>
    /// <param name="file">The SQLite file, which stays as it is.</param>
    /// <param name="chat">The chat that the records belong to.</param>
    /// <param name="options">The options.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="progress">Receives the file and the number of its processed records.</param>
    /// <param name="cancellationToken">Cancels the operation between records. Imported records stay.</param>
    /// <exception cref="NexusValidationException">
    /// The file is not a database of the program, or encrypted, cut, in use or of a newer version.
    /// </exception>
    public static async Task<ImportReport> RunAsync(
        NexusOptions nexus, string program, string file, ChatId chat, ImportOptions options, ILoggerFactory loggers, TimeProvider clock,
        IProgress<(string File, long Done)>? progress, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(file);
        using var database = SourceDatabase.Open(file);
        if (!options.DryRun)
        {
            var check = new SourceReport(program);
            foreach (var _ in Read(program, database, chat, check)) cancellationToken.ThrowIfCancellationRequested();
        }
        var report = new SourceReport(program);
        var imported = await Import.RunAsync(
            nexus, name, Read(program, database, chat, report), options, loggers, clock, progress, cancellationToken).ConfigureAwait(false);
        report.End();
        imported.Source = report;
        return imported;
    }

    private static IEnumerable<ImportRecord> Read(string program, SourceDatabase database, ChatId chat, SourceReport report) => program switch
    {
        FreqtradeSource.Program => new FreqtradeSource(database, chat, report).Read(),
        HummingbotSource.Program => new HummingbotSource(database, chat, report).Read(),
        _ => throw new NexusValidationException("from", $"must be {string.Join(" or ", Programs)}"),
    };
}
