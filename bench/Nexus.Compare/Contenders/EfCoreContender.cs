using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Nexus.Bench;
using Nexus.Bench.Raw;

namespace Nexus.Compare.Contenders;

/// <summary>
/// EF Core by its own advice for many small operations (https://learn.microsoft.com/ef/core/performance/advanced-performance-topics): pooled
/// contexts, compiled queries, updates without loading first.
/// </summary>
internal sealed class EfCoreContender : IContender
{
    private static readonly Func<Sessions, string, Task<Entity>> ById = EF.CompileAsyncQuery(
        (Sessions context, string chatId) => context.Rows.AsNoTracking().Single(row => row.ChatId == chatId));

    private readonly PooledDbContextFactory<Sessions> _contexts;
    private readonly RawSessions _sealer;

    public EfCoreContender(BenchDatabase database)
    {
        _sealer = new RawSessions(database.Raw);
        _contexts = new PooledDbContextFactory<Sessions>(new DbContextOptionsBuilder<Sessions>().UseNpgsql(database.Raw).Options, poolSize: 1024);
    }

    public string Name => "EF Core";

    public string Version => Package.VersionOf(typeof(DbContext));

    public bool UsesPostgres => true;

    public async Task FillAsync(int sessions)
    {
        await using var context = await _contexts.CreateDbContextAsync();
        await context.Database.ExecuteSqlRawAsync($"DROP TABLE IF EXISTS {Sessions.TableName}");
        await context.Database.ExecuteSqlRawAsync(context.Database.GenerateCreateScript());
        foreach (var chunk in Enumerable.Range(0, sessions).Chunk(1000))
        {
            context.Rows.AddRange(chunk.Select(n => new Entity
            {
                ChatId = Workload.ChatId(n),
                ApiKey = _sealer.Seal(Workload.SecretText(n, "key")),
                ApiSecret = _sealer.Seal(Workload.SecretText(n, "secret")),
                Config = Encoding.UTF8.GetString(Workload.Config(n, Workload.FirstRevision)),
                UpdatedAt = TimeProvider.System.GetUtcNow().UtcDateTime,
                Version = 1,
            }));
            await context.SaveChangesAsync();
            context.ChangeTracker.Clear();
        }
    }

    public async Task SaveAsync(int session, int revision)
    {
        var (chatId, key, secret) = (Workload.ChatId(session), _sealer.Seal(Workload.SecretText(session, "key")),
            _sealer.Seal(Workload.SecretText(session, "secret")));
        var config = Encoding.UTF8.GetString(Workload.Config(session, revision));
        await using var context = await _contexts.CreateDbContextAsync();
        var changed = await context.Rows.Where(row => row.ChatId == chatId).ExecuteUpdateAsync(row => row
            .SetProperty(one => one.ApiKey, key).SetProperty(one => one.ApiSecret, secret).SetProperty(one => one.Config, config)
            .SetProperty(one => one.UpdatedAt, _ => DateTime.UtcNow).SetProperty(one => one.Version, one => one.Version + 1));
        if (changed != 1) throw new InvalidOperationException($"{chatId} was not saved");
    }

    public async Task<long> LoadAsync(int session)
    {
        await using var context = await _contexts.CreateDbContextAsync();
        var row = await ById(context, Workload.ChatId(session));
        return _sealer.Open(row.ApiKey).Length + _sealer.Open(row.ApiSecret).Length + row.Config.Length + row.Version + row.UpdatedAt.Second;
    }

    public ValueTask DisposeAsync() => default;

    internal sealed class Sessions(DbContextOptions<Sessions> options) : DbContext(options)
    {
        public const string TableName = "ef_sessions";

        public DbSet<Entity> Rows => Set<Entity>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Entity>(entity =>
        {
            entity.ToTable(TableName).HasKey(row => row.ChatId);
            entity.Property(row => row.ChatId).HasMaxLength(50);
            entity.Property(row => row.Config).HasColumnType("jsonb");
        });
    }

    internal sealed class Entity
    {
        public required string ChatId { get; set; }

        public required string ApiKey { get; set; }

        public required string ApiSecret { get; set; }

        public required string Config { get; set; }

        public DateTime UpdatedAt { get; set; }

        public long Version { get; set; }
    }
}
