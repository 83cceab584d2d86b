using System.Text.Json.Nodes;
using Nexus.Caching;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.BotState;

/// <summary>The bot's switches. The queue composes waiting changes, so that changes by many users need few commits.</summary>
public sealed class NexusBotState
{
    private const int MaxAssets = 10_000;

    private const string TheOne = "1";

    private readonly IBotStateReader _store;
    private readonly WriteQueue _queue;
    private readonly DocumentSealer _documents;
    private readonly ReadCache<BotStateRow> _cache;
    private SignalSwitches? _switches;

    internal NexusBotState(IBotStateReader store, ChangeFeed changes, WriteQueue queue, DocumentSealer documents, EngineTelemetry? telemetry = null)
    {
        (_store, _queue, _documents) = (store, queue, documents);
        _cache = new ReadCache<BotStateRow>(
            changes,
            BotStateRow.Table,
            1,
            CacheLimits.DefaultBytes,
            _ => TheOne,
            async (_, cancellationToken) =>
            {
                var row = await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
                return ReplicaRows.From([row], row.Replica);
            },
            telemetry?.ReadsOf("bot_state"));
    }

    /// <summary>
    /// The current switches; the defaults with version 0 if nothing was ever written. Served from memory if they have not changed since.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var switches = await db.BotState.GetAsync();</code></example>
    public async ValueTask<BotSwitches> GetAsync(CancellationToken cancellationToken = default)
    {
        var row = (await _cache.GetAsync(TheOne, cancellationToken).ConfigureAwait(false))!;
        return new BotSwitches
        {
            EnabledStrategies = FromStore(row.Strategies, "enabled_strategies"),
            GroupConfig = FromStore(row.Groups, "group_config"),
            DisabledAssets = row.DisabledAssets,
            AiFilterEnabled = row.AiFilter,
            Version = row.Version,
            LastUpdated = row.LastUpdated,
        };
    }

    /// <summary>Replaces every switch.</summary>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <param name="switches">Their version and time are ignored.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if nothing was ever written; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A document or the list of assets exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.BotState.SaveAsync(switches with { AiFilterEnabled = false }, expectedVersion: switches.Version);</code></example>
    public async Task<WriteReceipt> SaveAsync(BotSwitches switches, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(switches);
        var assets = await ValidAssetsAsync(switches.DisabledAssets, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
            new ChangeBotState(
                Accept(switches.EnabledStrategies, "enabledStrategies", "enabled_strategies"),
                Accept(switches.GroupConfig, "groupConfig", "group_config"),
                AssetChange.Replace(assets),
                switches.AiFilterEnabled,
                Replace: true,
                Validation.Version("expectedVersion", expectedVersion)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes the switches in the patch and leaves the others as they are.</summary>
    /// <param name="patch">Null members keep what is stored; documents are JSON merge patches (RFC 7396).</param>
    /// <param name="expectedVersion">The version to change; null: any version.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">A document or the list of assets exceeds a limit.</exception>
    /// <exception cref="NexusConflictException">The stored version differs from the expected one.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.BotState.PatchAsync(new BotSwitchesPatch { GroupConfig = StateJson.Parse("""{"CRYPTO":false}""") });</code></example>
    public async Task<WriteReceipt> PatchAsync(
        BotSwitchesPatch patch, long? expectedVersion = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var assets = patch.DisabledAssets is null ? null : await ValidAssetsAsync(patch.DisabledAssets, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
            new ChangeBotState(
                patch.EnabledStrategies is { } strategies
                    ? Accept(strategies, "enabledStrategies", "enabled_strategies")
                    : (ReadOnlyMemory<byte>?)null,
                patch.GroupConfig is { } groups ? Accept(groups, "groupConfig", "group_config") : (ReadOnlyMemory<byte>?)null,
                assets is null ? null : AssetChange.Replace(assets),
                patch.AiFilterEnabled,
                ExpectedVersion: Validation.Version("expectedVersion", expectedVersion)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Switches one strategy on or off.</summary>
    /// <param name="strategy">1 to 256 characters, not blank.</param>
    /// <param name="enabled">On or off.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">The name exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.BotState.SetStrategyAsync("TREND", enabled: true);</code></example>
    public Task<WriteReceipt> SetStrategyAsync(string strategy, bool enabled, CancellationToken cancellationToken = default) =>
        PatchAsync(new BotSwitchesPatch { EnabledStrategies = Toggle("strategy", strategy, enabled) }, cancellationToken: cancellationToken);

    /// <summary>Switches one group on or off.</summary>
    /// <param name="group">1 to 256 characters, not blank.</param>
    /// <param name="enabled">On or off.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">The name exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.BotState.SetGroupAsync("CRYPTO", enabled: false);</code></example>
    public Task<WriteReceipt> SetGroupAsync(string group, bool enabled, CancellationToken cancellationToken = default) =>
        PatchAsync(new BotSwitchesPatch { GroupConfig = Toggle("group", group, enabled) }, cancellationToken: cancellationToken);

    /// <summary>Switches the AI filter on or off.</summary>
    /// <param name="enabled">On or off.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.BotState.SetAiFilterAsync(enabled: false);</code></example>
    public Task<WriteReceipt> SetAiFilterAsync(bool enabled, CancellationToken cancellationToken = default) =>
        WriteAsync(new ChangeBotState(AiFilter: enabled), cancellationToken);

    /// <summary>Disables an asset for trading.</summary>
    /// <param name="asset">Its symbol, 1 to 64 characters.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">The name exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.BotState.DisableAssetAsync("DOGEUSDT");</code></example>
    public Task<WriteReceipt> DisableAssetAsync(string asset, CancellationToken cancellationToken = default) =>
        WriteAsync(new ChangeBotState(Assets: AssetChange.Disable(ValidAsset("asset", Given(asset)))), cancellationToken);

    /// <summary>Enables an asset for trading again.</summary>
    /// <param name="asset">As it is stored, 1 to 256 characters.</param>
    /// <param name="cancellationToken">If cancelled before the write is part of a batch, it is not written.</param>
    /// <exception cref="NexusValidationException">The name exceeds a limit.</exception>
    /// <exception cref="StoreUnavailableException">The store does not respond; nothing was written.</exception>
    /// <example><code>await db.BotState.EnableAssetAsync("DOGEUSDT");</code></example>
    public Task<WriteReceipt> EnableAssetAsync(string asset, CancellationToken cancellationToken = default) =>
        WriteAsync(
            new ChangeBotState(Assets: AssetChange.Enable(Validation.Text("asset", Given(asset), Validation.MaxNameLength))), cancellationToken);

    /// <summary>Whether the switches let a signal pass. From memory if they have not changed since.</summary>
    internal async ValueTask<bool> IsOnAsync(DispatchQuery signal, CancellationToken cancellationToken)
    {
        var row = (await _cache.GetAsync(TheOne, cancellationToken).ConfigureAwait(false))!;
        var switches = Volatile.Read(ref _switches);
        if (!ReferenceEquals(switches?.Row, row)) Volatile.Write(ref _switches, switches = new SignalSwitches(row));
        return switches.Allow(signal);
    }

    private async Task<WriteReceipt> WriteAsync(ChangeBotState change, CancellationToken cancellationToken)
    {
        if (HoldsMasks(change.Strategies) || HoldsMasks(change.Groups))
        {
            return await MaskedWrite.RunAsync(
                change.ExpectedVersion,
                async () =>
                {
                    var resolved = Resolve(change, await _store.GetBotStateAsync(cancellationToken).ConfigureAwait(false));
                    return (resolved, resolved.ExpectedVersion);
                },
                resolved => _queue.WriteAsync(resolved, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        var outcome = await _queue.WriteAsync(change, cancellationToken).ConfigureAwait(false);
        return outcome.ToReceipt(change.Key, change.ExpectedVersion);
    }

    private static bool HoldsMasks(ReadOnlyMemory<byte>? document) => document is { } json && MaskText.MayBeIn(json.Span);

    /// <summary>The change with the secrets that its masks stand for; as it is where it holds no mask.</summary>
    private ChangeBotState Resolve(ChangeBotState change, BotStateRow stored)
    {
        var record = new MaskedRecord(_documents).Add(Place("enabled_strategies"), stored.Strategies).Add(Place("group_config"), stored.Groups);
        var strategies = change.Strategies is { } one ? record.Resolve(Place("enabled_strategies"), one, Rules("enabledStrategies")) : null;
        var groups = change.Groups is { } other ? record.Resolve(Place("group_config"), other, Rules("groupConfig")) : null;
        if (strategies is null && groups is null) return change;
        return change with
        {
            Strategies = strategies ?? change.Strategies,
            Groups = groups ?? change.Groups,
            ExpectedVersion = change.ExpectedVersion ?? stored.Version,
        };
    }

    private StateJson FromStore(ReadOnlyMemory<byte> json, string column) => StateJson.FromStore(json, _documents, Place(column));

    private ReadOnlyMemory<byte> Accept(StateJson document, string field, string column) =>
        _documents.AcceptState(Place(column), Validation.Given(field, document), Rules(field));

    private static DocumentRules Rules(string field) => StateRules.Config with { Field = field };

    internal static SealContext Place(string column) => new(BotStateRow.Table.Name, TheOne, column);

    private static StateJson Toggle(string field, string name, bool enabled)
    {
        ArgumentNullException.ThrowIfNull(name, field);
        return StateJson.Parse(new JsonObject { [Validation.Label(field, name, Validation.MaxNameLength)] = enabled }.ToJsonString());
    }

    private static string Given(string asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return asset;
    }

    private static string ValidAsset(string field, string asset) =>
        Validation.Label(field, asset, StoredNames.AreAccepted ? Validation.MaxNameLength : Validation.MaxSymbolLength);

    /// <summary>Each once. What is stored already may be written again, as it may be older than the rules.</summary>
    private async Task<List<string>> ValidAssetsAsync(IReadOnlyList<string> assets, CancellationToken cancellationToken)
    {
        if (Validation.Given("disabledAssets", assets).Count > MaxAssets)
            throw new NexusValidationException("disabledAssets", $"must be at most {MaxAssets} assets, not {assets.Count}", tooLarge: true);
        HashSet<string>? stored = null;
        for (var i = 0; i < assets.Count; i++)
        {
            try
            {
                ValidAsset($"disabledAssets[{i}]", assets[i]);
            }
            catch (NexusValidationException)
            {
                stored ??= [.. (await GetAsync(cancellationToken).ConfigureAwait(false)).DisabledAssets];
                if (!stored.Contains(assets[i])) throw;
            }
        }
        return [.. assets.Distinct(StringComparer.Ordinal)];
    }
}
