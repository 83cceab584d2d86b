using System.Text.Json;
using Nexus.Errors;

namespace Nexus.Operations.Alerts;

/// <summary>The silences made at run time, shared by all instances.</summary>
internal sealed class StoredSilences(IAlertRecords records, TimeProvider clock)
{
    /// <summary>More silences are a mistake.</summary>
    public const int Most = 200;

    private const string Key = "silences";
    private const int MaxAttempts = 10;

    /// <summary>As they were read last.</summary>
    public IReadOnlyList<Silence> Current { get; private set; } = [];

    public async Task RefreshAsync(CancellationToken cancellationToken) =>
        Current = (await LoadAsync(cancellationToken).ConfigureAwait(false)).Silences;

    public async Task<Silence> AddAsync(Silence silence, CancellationToken cancellationToken)
    {
        silence.Validate(clock.GetUtcNow());
        var added = silence with { Id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("n") };
        await ChangeAsync(list =>
        {
            if (list.Count >= Most) throw new NexusValidationException("silence", $"there are already {Most} silences: end one first");
            list.Add(added);
            return true;
        }, cancellationToken).ConfigureAwait(false);
        return added;
    }

    public Task<bool> EndAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(list => list.RemoveAll(silence => silence.Id == id) > 0, cancellationToken);

    private async Task<bool> ChangeAsync(Func<List<Silence>, bool> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (silences, version) = await LoadAsync(cancellationToken).ConfigureAwait(false);
            if (!change(silences)) return false;
            var json = JsonSerializer.Serialize(new SilenceList { Silences = silences }, AlertStateJson.Default.SilenceList);
            try
            {
                await records.SaveAsync(Key, json, lifetime: null, version, cancellationToken).ConfigureAwait(false);
                Current = silences;
                return true;
            }
            catch (NexusConflictException) when (attempt < MaxAttempts)
            {
                // Another instance was faster.
            }
        }
    }

    private async Task<(List<Silence> Silences, long Version)> LoadAsync(CancellationToken cancellationToken)
    {
        if (await records.GetAsync(Key, cancellationToken).ConfigureAwait(false) is not { } record) return ([], 0);
        var now = clock.GetUtcNow();
        var list = JsonSerializer.Deserialize(record.Json, AlertStateJson.Default.SilenceList)?.Silences ?? [];
        return ([.. list.Where(silence => silence.Until > now)], record.Version);
    }
}
