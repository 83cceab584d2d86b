using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Keys;
using Nexus.Secrets;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>The keyed state in exports, imports and key rotations.</summary>
public sealed class KeyedStateExchangeTests
{
    private const string Secret = "plain-secret-of-keyed-state-5519";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_export_restores_values_and_expiries_and_importing_it_again_changes_nothing()
    {
        await using var from = new SqliteHome();
        await using var to = new SqliteHome();
        var keys = KeyRing.GenerateKey();
        var prefix = new string('p', 100);
        await using (var db = await NexusDb.OpenAsync(OptionsOf(from, keys), cancellationToken: Token))
        {
            await db.State.SaveAsync("n", "a/b", StateJson.Parse($$"""{"api_secret":"{{Secret}}"}"""), cancellationToken: Token);
            await db.State.SaveAsync("n", "later", StateJson.Parse("[1]"), StateExpiry.After(TimeSpan.FromDays(2)), cancellationToken: Token);
            await db.State.SaveAsync("n", "gone", StateJson.Parse("1"), StateExpiry.At(DateTimeOffset.UnixEpoch), cancellationToken: Token);
            for (var n = 0; n < 300; n++) await db.State.SaveAsync(prefix, $"{n}", StateJson.Parse($"{n}"), cancellationToken: Token);
        }
        using var folder = new TempFolder("state-export");
        var report = await ExportFile.WriteAsync(
            OptionsOf(from, keys), folder["x.ndjson"], NullLoggerFactory.Instance, TimeProvider.System, null, Token);

        Assert.Equal(302, report.State);
        var text = await File.ReadAllTextAsync(folder["x.ndjson"], Token);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.Equal((302L, 0L, 0L), Counts(await ImportAsync(OptionsOf(to, keys), folder["x.ndjson"])));
        Assert.Equal((0L, 302L, 0L), Counts(await ImportAsync(OptionsOf(to, keys), folder["x.ndjson"])));
        await using (var db = await NexusDb.OpenAsync(OptionsOf(to, keys), cancellationToken: Token))
        {
            Assert.Contains(Secret, (await db.State.GetAsync("n", "a/b", Token))!.Value.Reveal(), StringComparison.Ordinal);
            Assert.NotNull((await db.State.GetAsync("n", "later", Token))!.ExpiresAt);
            Assert.Null(await db.State.GetAsync("n", "gone", Token));
            await db.State.SaveAsync("n", "later", StateJson.Parse("[2]"), cancellationToken: Token);
        }
        var again = (await ImportAsync(OptionsOf(to, keys), folder["x.ndjson"])).Counts[ImportKind.State];
        Assert.Equal((301L, 1L), (again.Unchanged, again.Kept));

        await File.WriteAllTextAsync(
            folder["bad.ndjson"], text.Replace("\"namespace\":\"n\"", "\"namespace\":\"n/m\"", StringComparison.Ordinal), Encoding.UTF8, Token);
        Assert.Equal((0L, 300L, 2L), Counts(await ImportAsync(OptionsOf(to, keys), folder["bad.ndjson"])));
    }

    [Fact]
    public async Task A_rotation_reseals_the_secrets_of_the_keyed_state()
    {
        await using var home = new SqliteHome();
        var (old, next) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        await using (var db = await NexusDb.OpenAsync(OptionsOf(home, old), cancellationToken: Token))
        {
            await db.State.SaveAsync(
                "wizard", "42", StateJson.Parse($$"""{"api_secret":"{{Secret}}"}"""), StateExpiry.After(TimeSpan.FromDays(1)),
                cancellationToken: Token);
        }
        var verified = await KeyMaintenance.VerifyAsync(OptionsOf(home, old), NullLoggerFactory.Instance, TimeProvider.System, null, Token);
        Assert.Equal(1, verified.Opened);

        var report = await KeyMaintenance.RotateAsync(OptionsOf(home, $"{next},{old}"), NullLoggerFactory.Instance, TimeProvider.System, null, Token);

        Assert.Equal(1, report.Resealed);
        await using (var db = await NexusDb.OpenAsync(OptionsOf(home, next), cancellationToken: Token))
        {
            var entry = (await db.State.GetAsync("wizard", "42", Token))!;
            Assert.Contains(Secret, entry.Value.Reveal(), StringComparison.Ordinal);
            Assert.Equal(1, entry.Version);
            Assert.NotNull(entry.ExpiresAt);
        }
    }

    private static NexusOptions OptionsOf(SqliteHome home, string keys)
    {
        var options = home.CreateOptions();
        options.Keys = keys;
        return options;
    }

    private static Task<ImportReport> ImportAsync(NexusOptions options, string file) => Import.RunAsync(
        options, [("x", () => File.OpenRead(file))], new ImportOptions(), NullLoggerFactory.Instance, TimeProvider.System, null, Token);

    private static (long Imported, long Unchanged, long Refused) Counts(ImportReport report) =>
        (report.Counts[ImportKind.State].Imported, report.Counts[ImportKind.State].Unchanged, report.Counts[ImportKind.State].Refused);
}
