using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Failover;
using Nexus.Operations.Backup;
using Nexus.Operations.Keys;
using Nexus.Operations.Tests.Keys;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Tests.Backup;

/// <summary>A filled store with a target for its backups.</summary>
internal sealed class BackupHome : IAsyncDisposable
{
    private readonly TempFolder _folder = new("backup");

    private BackupHome(TestDatabase? database, string? backupKey) => (Database, BackupKey) = (database, backupKey);

    public TestDatabase? Database { get; }

    public string? BackupKey { get; }

    public string Key { get; } = KeyMaintenance.Generate();

    public string Data => _folder["data"];

    public string Target => _folder["target"];

    public string this[string name] => _folder[name];

    public static async Task<BackupHome> CreateAsync(bool postgres, bool encrypted, int sessions = 40)
    {
        var home = new BackupHome(postgres ? await TestDatabase.CreateAsync() : null, encrypted ? KeyMaintenance.Generate() : null);
        await using var db = await NexusDb.OpenAsync(home.Nexus());
        await FillAsync(db, sessions);
        return home;
    }

    /// <summary>Sessions, users, settings, switches, and trades of several months.</summary>
    public static async Task FillAsync(NexusDb db, int sessions)
    {
        await KeyRotationTests.FillAsync(db, sessions);
        for (var chat = 1; chat <= 5; chat++) await db.Users.SaveAsync(chat, new UserChange { Name = $"user {chat}", Days = 30 });
        for (var i = 0; i < 60; i++)
        {
            await db.Trades.OpenAsync(new Trade
            {
                ChatId = (i % 5) + 1,
                Symbol = i % 2 == 0 ? "BTCUSDT" : "ETHUSDT",
                Side = TradeSide.Long,
                EntryPrice = 100.25m + i,
                Quantity = 0.5m,
                Fees = 0.125m,
                EntryTimestamp = new DateTimeOffset(2026, 1 + (i % 4), 1 + (i % 27), 10, 0, 0, TimeSpan.Zero),
            });
        }
    }

    public NexusOptions Nexus() => new() { Database = Database?.Url, DataFolder = Data, Keys = Key, Fallback = FallbackMode.Off };

    public BackupOptions Options(string? target = null) => new() { Target = target ?? Target, Key = BackupKey, Jobs = 2 };

    public BackupManager Manager(BackupOptions? options = null, NexusOptions? nexus = null) =>
        new(nexus ?? Nexus(), options ?? Options(), NullLoggerFactory.Instance, TimeProvider.System);

    public Task<BackupReport> BackUpAsync(BackupOptions? options = null) =>
        Manager(options).CreateAsync(progress: null, TestContext.Current.CancellationToken);

    public async Task<BackupProof> VerifyAsync(string name, VerifyOptions? verify = null, BackupOptions? options = null) =>
        (await Manager(options).VerifyAsync(name, verify ?? new(), progress: null, TestContext.Current.CancellationToken)).Proof;

    /// <summary>A copy of a backup in another target, to damage it.</summary>
    public string CopyTarget(string name)
    {
        var target = _folder[$"copy-{Guid.NewGuid():n}"];
        CopyFolder(Path.Combine(Target, name), Path.Combine(target, name));
        return target;
    }

    public static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Database is { } database) await database.DisposeAsync();
        _folder.Dispose();
    }
}
