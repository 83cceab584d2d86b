using System.Collections.Concurrent;
using System.Globalization;

namespace Nexus.Faults.Tests;

/// <summary>Every acknowledgement of the victims, kept outside of them. Lines of <c>Nexus.Faults users</c> go in.</summary>
internal sealed class AckLedger
{
    private long _acknowledged;

    /// <summary>What one user was told.</summary>
    public sealed class User
    {
        /// <summary>The number of the last session save.</summary>
        public long Saved;

        /// <summary>The number of the last change of the session, save or patch.</summary>
        public long Changed;

        /// <summary>The highest version.</summary>
        public long Version;

        /// <summary>Extensions that were begun and that were acknowledged.</summary>
        public long Begun, Extended;
    }

    public ConcurrentDictionary<int, User> Users { get; } = new();

    /// <summary>Trades by id: whether the close was acknowledged.</summary>
    public ConcurrentDictionary<Guid, bool> Trades { get; } = new();

    /// <summary>Why writes were not taken.</summary>
    public ConcurrentQueue<string> Refusals { get; } = new();

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>The end of the last victim: how many conflicts and quarantined writes it saw.</summary>
    public string? Drained { get; private set; }

    public bool IsOpen { get; set; }

    public void Add(string line)
    {
        // A victim that is killed may be cut off in the middle of a line: that one was not heard.
        if (!line.EndsWith(" .", StringComparison.Ordinal)) return;
        var words = line[..^2].Split(' ');
        switch (words)
        {
            case ["S", var user, var n, var version]:
                Change(Of(user), Number(n), Number(version), isSave: true);
                break;
            case ["P", var user, var n, var version]:
                Change(Of(user), Number(n), Number(version), isSave: false);
                break;
            case ["T", var id, _]:
                Trades[Guid.Parse(id)] = false;
                break;
            case ["C", var id]:
                Trades[Guid.Parse(id)] = true;
                break;
            case ["e", var user]:
                Of(user).Begun++;
                return;
            case ["E", var user]:
                Of(user).Extended++;
                break;
            case ["open"]:
                IsOpen = true;
                return;
            case ["drained", ..]:
                Drained = line[..^2];
                return;
            default:
                Refusals.Enqueue(line);
                return;
        }
        Interlocked.Increment(ref _acknowledged);
    }

    private static void Change(User user, long n, long version, bool isSave)
    {
        user.Changed = n;
        if (isSave) user.Saved = n;
        user.Version = Math.Max(user.Version, version);
    }

    private User Of(string user) => Users.GetOrAdd((int)Number(user), _ => new User());

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
