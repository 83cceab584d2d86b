using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Sqlite;

namespace Nexus.Simulation;

/// <summary>
/// The data folder of an instance: the real SQLite files of the outbox and the replica, with a disk below them that may be slow, full, or lose
/// power in the middle of a write.
/// </summary>
/// <remarks>
/// SQLite syncs its log at the end of each commit (synchronous = FULL), so everything up to the last commit is on the disk. A commit during which
/// the power fails leaves any part of what it wrote to the log.
/// </remarks>
/// <param name="scheduler">Lets calls take their time.</param>
/// <param name="dice">Decides about times and what is torn.</param>
/// <param name="root">The folder of all disks.</param>
/// <param name="name">For the log.</param>
internal class ModelDisk(Scheduler scheduler, Dice dice, string root, string name)
{
    private IEventOwner? _owner;
    private FileInfo? _file;
    private int _life;

    /// <summary>The folder of the present process.</summary>
    public string Folder { get; private set; } = "";

    /// <summary>Added to each call.</summary>
    public TimeSpan ExtraDelay { get; set; }

    /// <summary>Called in the middle of the next commit.</summary>
    public Action? PowerFails { get; set; }

    /// <summary>The bytes of the log that a power failure leaves.</summary>
    protected virtual long Synced { get; set; }

    private string Log => Path.Combine(Folder, FailoverStore.FileName + "-wal");

    /// <summary>The local replica and the outbox in the folder.</summary>
    public SqliteStore CreateStore(TimeProvider clock) =>
        new(Folder, clock, NullLoggerFactory.Instance, fileName: FailoverStore.FileName, dispatch: Dispatch);

    /// <summary>A new process opens the folder as the disk holds it.</summary>
    public void Attach(IEventOwner owner, string template)
    {
        var former = Folder;
        Folder = Path.Combine(root, $"{name}-{++_life}");
        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var source = former.Length == 0 ? template : former;
        foreach (var file in new[] { FailoverStore.FileName, FailoverStore.FileName + "-wal", TimelineFile.FileName })
        {
            if (File.Exists(Path.Combine(source, file))) File.Copy(Path.Combine(source, file), Path.Combine(Folder, file));
        }
        _owner = owner;
        Synced = Length();
    }

    /// <summary>Runs a call of SQLite after the time that the disk takes.</summary>
    public void Dispatch(Action call)
    {
        var owner = _owner!;
        scheduler.After(ExtraDelay + dice.Time(0.05, dice.Happens(0.03) ? 40 : 1), null, owner, () =>
        {
            var before = Length();
            call();
            var after = Length();
            if (after == before) return;
            scheduler.Log($"{name} disk writes");
            if (PowerFails is { } fails)
            {
                PowerFails = null;
                fails();
                var torn = before + dice.Below((int)(after - before) + 1);
                scheduler.Log($"{name} disk is torn");
                Cut(torn, dice.Happens(0.3));
            }
            else Sync(after);
        });
    }

    /// <summary>The power fails between two calls.</summary>
    public void LosePower() => Cut(Synced, garbles: false);

    protected virtual void Sync(long length) => Synced = length;

    private long Length()
    {
        if (_file?.DirectoryName != Folder) _file = new FileInfo(Log);
        else _file.Refresh();
        return _file.Exists ? _file.Length : 0;
    }

    private void Cut(long length, bool garbles)
    {
        if (!File.Exists(Log)) return;
        // A copy: the process that died still has the file open, and nobody cleans up after it.
        if (Length() <= length) return;
        var torn = Path.Combine(root, $"{name}-{_life}-torn");
        Directory.CreateDirectory(torn);
        File.Copy(Path.Combine(Folder, FailoverStore.FileName), Path.Combine(torn, FailoverStore.FileName), overwrite: true);
        var timeline = Path.Combine(Folder, TimelineFile.FileName);
        if (File.Exists(timeline)) File.Copy(timeline, Path.Combine(torn, TimelineFile.FileName), overwrite: true);
        var kept = Path.Combine(torn, FailoverStore.FileName + "-wal");
        File.Copy(Log, kept, overwrite: true);
        using var log = File.OpenHandle(kept, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.SetLength(log, length);
        if (garbles && length > Synced)
        {
            byte[] last = [0];
            _ = RandomAccess.Read(log, last, length - 1);
            last[0] ^= 0xFF;
            RandomAccess.Write(log, last, length - 1);
        }
        Folder = torn;
    }
}
