using Microsoft.Extensions.Time.Testing;
using Nexus.Engine;
using Nexus.Postgres;

namespace Nexus.Tests.Postgres;

public sealed class PeerSequencesTests
{
    private const int Process = 4711;

    private readonly FakeTimeProvider _clock = new();
    private readonly PeerSequences _peers;

    public PeerSequencesTests() => _peers = new PeerSequences(_clock);

    private PeerFinding Hear(string peer, long number, int process = Process, bool isEnd = false) =>
        _peers.Hear(peer, process, number, isEnd, _clock.GetTimestamp());

    private List<PeerFinding> Pass(TimeSpan time)
    {
        List<PeerFinding> findings = [];
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(0.5))
        {
            _clock.Advance(TimeSpan.FromSeconds(0.5));
            if (_peers.Judge() is var finding and not PeerFinding.InOrder) findings.Add(finding);
        }
        return findings;
    }

    [Fact]
    public void Numbers_in_order_say_nothing_a_skipped_one_is_a_gap_and_a_repeated_one_is_none()
    {
        Assert.Equal([PeerFinding.InOrder, PeerFinding.InOrder, PeerFinding.Gap, PeerFinding.InOrder, PeerFinding.InOrder],
            new long[] { 1, 2, 4, 4, 5 }.Select(number => Hear("a", number)));
        Assert.Equal([PeerFinding.Gap, PeerFinding.InOrder, PeerFinding.Gap], new long[] { 1, 2, 4 }.Select(number => Hear("a", number)));
        Assert.Equal(PeerFinding.Unknown, Hear("b", 2));
        Assert.Equal(2, _peers.Count);
    }

    [Fact]
    public void A_peer_that_says_goodbye_is_not_missed()
    {
        Hear("a", 1);
        Assert.Equal(PeerFinding.InOrder, Hear("a", 2, isEnd: true));
        Assert.Equal(PeerFinding.InOrder, Hear("b", 1));
        Assert.Equal(PeerFinding.Gap, Hear("b", 3, isEnd: true));
        Assert.Equal(0, _peers.Count);
        Assert.Empty(Pass(TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public void A_silent_peer_is_lost_once_and_what_it_may_still_commit_is_dropped_until_nothing_can_come()
    {
        Hear("a", 1);
        var findings = Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(PeerFinding.Lost, findings[0]);
        Assert.Equal(PeerFinding.Lost, findings[^1]);
        Assert.InRange(findings.Count, 25, 35);
        Assert.All(findings[1..^1], finding => Assert.Equal(PeerFinding.Doubtful, finding));
        Assert.Null(_peers.Oldest);
    }

    [Fact]
    public void A_lost_peer_that_is_heard_again_may_have_written_meanwhile()
    {
        Hear("a", 1);
        Assert.Contains(PeerFinding.Lost, Pass(TimeSpan.FromSeconds(4)));
        Assert.Equal(PeerFinding.Gap, Hear("a", 2));
        Assert.Equal(PeerFinding.InOrder, Hear("a", 3));
    }

    [Fact]
    public void Another_process_cannot_continue_the_numbers_of_a_peer_or_keep_it_alive()
    {
        Hear("a", 1);
        Assert.Equal(PeerFinding.Unknown, Hear("a", 2, process: 666));
        Assert.Equal(PeerFinding.Unknown, Hear("a", 9, process: 667, isEnd: true));
        List<PeerFinding> findings = [];
        for (var number = 3; number < 12; number++)
        {
            Hear("a", number, process: 666);
            findings.AddRange(Pass(TimeSpan.FromSeconds(0.5)));
        }
        Assert.Contains(PeerFinding.Lost, findings);
    }

    [Fact]
    public void An_instance_with_a_new_connection_is_lost_on_the_old_one_and_no_longer_doubted()
    {
        Hear("a", 1);
        List<PeerFinding> findings = [];
        for (var number = 1; number < 40; number++)
        {
            Assert.Equal(PeerFinding.InOrder, Hear("a", number, process: 2));
            findings.AddRange(Pass(TimeSpan.FromSeconds(0.5)));
        }
        Assert.Equal([PeerFinding.Lost], findings);
    }

    [Fact]
    public void More_peers_than_are_counted_make_memory_short_lived()
    {
        for (var n = 0; n < PeerSequences.Most; n++) Assert.Equal(PeerFinding.InOrder, Hear($"{n}", 1));
        Assert.Equal(PeerFinding.InOrder, Hear("one more", 1));
        Assert.Equal(PeerSequences.Most, _peers.Count);
        for (var second = 0; second < 4; second++)
        {
            for (var n = 0; n < PeerSequences.Most; n++) Hear($"{n}", second + 2);
            Assert.Equal([PeerFinding.Doubtful], Pass(PeerSequences.DropEvery));
        }
    }

    [Fact]
    public void A_new_connection_asks_for_each_peer_again_and_settles_once()
    {
        Hear("a", 5);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _peers.Listen();
        Assert.Equal(PeerFinding.InOrder, Hear("a", 900));
        Assert.Equal(PeerFinding.InOrder, Hear("a", 901));
        Hear("a", 902, isEnd: true);
        Assert.Equal([PeerFinding.Doubtful], Pass(TimeSpan.FromSeconds(30)));

        Hear("b", 1);
        _peers.Listen();
        Assert.Contains(PeerFinding.Lost, Pass(TimeSpan.FromSeconds(4)));
    }

    /// <summary>
    /// Instances that commit, announce, beat, lose notices, freeze, reconnect, stop and die, against what must hold whatever happens: a commit that
    /// is not announced is followed by a drop within the bound, and an instance that neither loses a notice nor dies causes none.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_commit_is_heard_or_followed_by_a_drop_within_the_bound(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var model = new PeerModel(_clock, random, isFaulty: round % 3 != 0);
            model.Run();
            Assert.True(model.Unheard.Count == 0, $"seed {seed}, round {round}: {string.Join("; ", model.Unheard)}");
            if (round % 3 == 0) Assert.Equal(0, model.Drops);
            else if (model.Faults > 0) Assert.True(model.Drops > 0);
        }
    }

    /// <summary>Some peers and one listener, in steps of a tenth of a second.</summary>
    private sealed class PeerModel(FakeTimeProvider clock, Random random, bool isFaulty)
    {
        private readonly PeerSequences _sequences = new(clock);
        private readonly List<(string Peer, TimeSpan At)> _open = [];
        private readonly List<Instance> _instances = [];
        private TimeSpan _now;
        private long _ownBeat = clock.GetTimestamp();
        private int _processes;

        public List<string> Unheard { get; } = [];

        public int Drops { get; private set; }

        public int Faults { get; private set; }

        public void Run()
        {
            for (var n = 0; n < random.Next(1, 5); n++) Begin($"{n}");
            for (var step = 0; step < 200; step++)
            {
                clock.Advance(TimeSpan.FromSeconds(0.1));
                _now += TimeSpan.FromSeconds(0.1);
                foreach (var instance in _instances.ToArray()) Live(instance, step);
                if (step % 5 == 0)
                {
                    Judge(_sequences.Judge());
                    _ownBeat = clock.GetTimestamp();
                }
                // Until a silent peer is judged, nothing is served from memory.
                if (_sequences.Oldest is { } oldest && clock.GetElapsedTime(oldest) >= CacheProof.Bound) continue;
                foreach (var late in _open.Where(commit => _now - commit.At > CacheProof.Bound))
                    Unheard.Add($"the commit of {late.Peer} at {late.At} is unheard at {_now}");
            }
        }

        private void Begin(string name)
        {
            var instance = new Instance(name, ++_processes);
            _instances.Add(instance);
            Send(instance);
        }

        private void Live(Instance instance, int step)
        {
            if (random.Next(8) == 0)
            {
                _open.Add((instance.Key, _now));
                if (!Fault(instance)) Send(instance);
            }
            else if (step % 5 == instance.Process % 5) Send(instance);
        }

        /// <summary>Right after a commit.</summary>
        private bool Fault(Instance instance)
        {
            if (!isFaulty)
            {
                if (random.Next(60) != 0) return false;
                Send(instance, isEnd: true);
                _instances.Remove(instance);
                return true;
            }
            switch (random.Next(20))
            {
                case 0:
                    // Dies before its notice.
                    _instances.Remove(instance);
                    break;
                case 1:
                    // The notice is lost.
                    instance.Number++;
                    break;
                case 2:
                    // Dies and starts again.
                    _instances.Remove(instance);
                    Begin($"{instance.Name}+");
                    break;
                default:
                    return false;
            }
            // One at the end is not found before the end.
            if (_now < TimeSpan.FromSeconds(15)) Faults++;
            return true;
        }

        private void Send(Instance instance, bool isEnd = false)
        {
            Judge(_sequences.Hear(instance.Name, instance.Process, ++instance.Number, isEnd, _ownBeat));
            // The notice has what its sender committed since the one before, and not what was lost.
            if (instance.Number == instance.Sent + 1) _open.RemoveAll(commit => commit.Peer == instance.Key);
            instance.Sent = instance.Number;
        }

        private void Judge(PeerFinding finding)
        {
            if (finding == PeerFinding.InOrder) return;
            Drops++;
            _open.Clear();
        }

        private sealed class Instance(string name, int process)
        {
            public string Name => name;

            public int Process => process;

            public string Key => $"{name}/{process}";

            public long Number { get; set; }

            public long Sent { get; set; }
        }
    }
}
