using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Nexus.Engine;
using Nexus.KeyedState;

namespace Nexus.Simulation;

/// <summary>One version of a record on the server.</summary>
/// <param name="At">When it was committed.</param>
/// <param name="Version">0: it was removed.</param>
/// <param name="Tag">The number of the operation whose value it holds; 0 where it holds none.</param>
/// <param name="IsRaised">Its value is that of the version before.</param>
internal readonly record struct CommittedVersion(long At, long Version, int Tag, bool IsRaised);

/// <summary>A commit that no later primary has.</summary>
/// <param name="Record">The record.</param>
/// <param name="At">When it was committed.</param>
/// <param name="Timeline">Of the primary that committed it.</param>
/// <param name="Tag">As of a committed version.</param>
/// <param name="IsOfOldPrimary">It was committed after the promotion of another server.</param>
internal readonly record struct StrayCommit(string Record, long At, int Timeline, int Tag, bool IsOfOldPrimary);

/// <summary>Everything that was ever committed on the server.</summary>
internal sealed partial class Truth(Scheduler scheduler, Action<string> violate)
{
    private readonly Dictionary<string, List<CommittedVersion>> _records = new(StringComparer.Ordinal);
    private readonly List<StrayCommit> _strays = [];
    private readonly HashSet<string> _lostRecords = new(StringComparer.Ordinal);

    public IReadOnlyList<CommittedVersion> Of(string record) => _records.GetValueOrDefault(record) ?? [];

    public static string NameOf(string space, string key) => $"{KeyedStateRow.Table.Name} {space}/{key}";

    public void Add(ModelServer server, IReadOnlyList<CommittedChange> changes)
    {
        foreach (var (key, version, isRaised) in changes)
        {
            var name = ModelServer.Name(key);
            if (!_records.TryGetValue(name, out var versions)) _records.Add(name, versions = []);
            var last = versions.Count == 0 ? 0 : versions[^1].Version;
            if (version != 0 && version <= last) violate($"the version of {name} fell from {last} to {version}");
            scheduler.Log($"committed {name} {version}");
            versions.Add(new CommittedVersion(scheduler.Now, version, version == 0 ? 0 : TagOf(server, key), isRaised));
        }
    }

    /// <summary>Commits of a primary that its standby did not have when it was promoted: they are lost with it.</summary>
    public void Lose(int timeline, IReadOnlyList<WalEntry> lost)
    {
        foreach (var entry in lost.Reverse())
        {
            foreach (var (key, _, _) in entry.Changes)
            {
                var name = ModelServer.Name(key);
                var versions = _records[name];
                AddStray(new StrayCommit(name, versions[^1].At, timeline, versions[^1].Tag, IsOfOldPrimary: false));
                versions.RemoveAt(versions.Count - 1);
            }
        }
    }

    /// <summary>A commit on a primary that was replaced.</summary>
    public void AddStray(ModelServer server, IReadOnlyList<CommittedChange> changes)
    {
        foreach (var (key, version, _) in changes)
        {
            scheduler.Log($"committed on the old primary {ModelServer.Name(key)} {version}");
            AddStray(new StrayCommit(
                ModelServer.Name(key), scheduler.Now, server.Timeline, version == 0 ? 0 : TagOf(server, key), IsOfOldPrimary: true));
        }
    }

    /// <summary>What was lost.</summary>
    public IReadOnlyList<StrayCommit> Strays => _strays;

    /// <summary>Whether commits of a record were lost: its versions and values say nothing about its calls any more.</summary>
    public bool HasLost(string record) => _lostRecords.Contains(record);

    private void AddStray(StrayCommit stray)
    {
        _strays.Add(stray);
        _lostRecords.Add(stray.Record);
    }

    /// <summary>The version at a time; 0 for none.</summary>
    public long VersionAt(string record, long at) => Of(record).LastOrDefault(version => version.At <= at).Version;

    /// <summary>Whether a record had a version at some time within two.</summary>
    public bool Had(string record, long version, long from, long through)
    {
        if (VersionAt(record, from) == version) return true;
        return Of(record).Any(committed => committed.At > from && committed.At <= through && committed.Version == version);
    }

    /// <summary>Whether a record existed, or did not, at some time within two.</summary>
    public bool Existed(string record, bool exists, long from, long through)
    {
        if (VersionAt(record, from) > 0 == exists) return true;
        return Of(record).Any(committed => committed.At > from && committed.At <= through && committed.Version > 0 == exists);
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "The task is complete.")]
    private static int TagOf(ModelServer server, WriteKey key)
    {
        if (key.Table != KeyedStateRow.Table) return 0;
        // Completes at once.
        var read = server.Records.ReadAsync(
            connection => connection.ReadText("SELECT doc FROM keyed_state WHERE id = ?1", key.Id), CancellationToken.None);
        return read is { IsCompletedSuccessfully: true } && Tag().Match(read.GetAwaiter().GetResult() ?? "") is { Success: true } match
            ? int.Parse(match.Groups["tag"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)
            : 0;
    }

    [GeneratedRegex("\"tag\":\\s*(?<tag>\\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Tag();
}
