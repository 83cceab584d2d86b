using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Sharding;
using Npgsql;

namespace Nexus.Tests.Sharding;

/// <summary>What the simulation of moves has found: a process that moves buckets and stops, or loses the home shard, at an awkward moment.</summary>
public sealed class InterruptedMoverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Seed 166 with shards: a process that stopped while it began to note changes kept every reader and writer of the shard waiting for as long as
    /// the server lets any transaction idle, a minute.
    /// </summary>
    [Fact]
    public async Task A_process_that_stops_while_it_keeps_a_shard_waiting_loses_its_transaction_soon()
    {
        List<string> calls = [];
        var session = Answers<IShardSession>.By((call, arguments) =>
        {
            calls.Add(call.Name == nameof(IShardSession.LimitAsync) && arguments[1] is TimeSpan { TotalSeconds: <= 10 } ? "limited" : call.Name);
            return call.Name == nameof(IShardSession.BeginAsync) ? Task.FromResult(Answers<IShardTransaction>.By((_, _) => null))
                : call.Name == nameof(IShardSession.HasTriggersAsync) ? Task.FromResult(true)
                : null;
        });
        var move = new ShardMove(Guid.NewGuid(), 0, 1, BucketSet.Of([7]));

        await LeavingRows.BeginAsync(session, move, new Retry(TimeProvider.System), Token);
        Assert.InRange(calls.IndexOf("limited"), 0, calls.IndexOf(nameof(IShardSession.LockShardAsync)) - 1);
        Assert.InRange(calls.IndexOf("limited"), 0, calls.IndexOf(nameof(IShardSession.AddTriggersAsync)) - 1);

        calls.Clear();
        await LeavingRows.EndAsync(session, 0, new Retry(TimeProvider.System));
        Assert.InRange(calls.IndexOf("limited"), 0, calls.IndexOf(nameof(IShardSession.RemoveTriggersAsync)) - 1);
    }

    /// <summary>Seed 128 with shards: the right to move was lost while the move was noted, and the command ended with a cancellation.</summary>
    [Fact]
    public async Task A_command_that_loses_the_home_shard_while_it_notes_its_move_says_so()
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var session = Answers<IShardSession>.By((call, arguments) => call.Name switch
        {
            nameof(IShardSession.TryLockMovesAsync) => Task.FromResult(true),
            nameof(IShardSession.FindMoveAsync) => Task.FromResult<ShardMove?>(null),
            nameof(IShardSession.ReadAsync) => Task.FromResult(new ShardRecord(1, BucketSet.Of([7]))),
            nameof(IShardSession.SignalLifeAsync) => BreakAsync(signalled),
            nameof(IShardSession.NoteMoveAsync) => Task.Delay(Timeout.Infinite, (CancellationToken)arguments[1]!),
            _ => null,
        });
        var shards = Answers<IMoveShards>.By((call, _) => call.Name == nameof(IMoveShards.OpenAsync) ? Task.FromResult(session)
            // One session serves both calls: the note waits for the sign of life.
            : call.Name == nameof(IMoveShards.SettleBatchesAsync) ? signalled.Task : null);
        var rows = Enumerable.Range(0, 2).Select(n => new ShardRow(n, Guid.Empty, "s", n, 1, ShardMap.EvenShare(n, 2))).ToList();
        var servers = Answers<IShardServers>.By((call, _) => call.Name == nameof(IShardServers.FindMapAsync)
            ? Task.FromResult<ShardMap?>(ShardMap.Of(rows))
            : call.Name == nameof(IShardServers.Connect) ? shards : null);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => new ShardMover(servers, NullLogger.Instance, new FastClock()).RunAsync(
            map => ShardPlan.Move(map, BucketSet.Of([7]), 1), isDryRun: false, progress: null, Token));

        Assert.Contains("repeat the command", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A frozen process that goes on begins to note its own move, and with that deletes the notes of the move that runs now.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_step_of_a_move_needs_its_own_notes(bool areOwn)
    {
        List<string> calls = [];
        var move = new ShardMove(Guid.NewGuid(), 0, 1, BucketSet.Of([7]));
        var session = Answers<IShardSession>.By((call, _) =>
        {
            calls.Add(call.Name);
            return call.Name switch
            {
                nameof(IShardSession.HoldMoveAsync) => Task.FromResult(true),
                nameof(IShardSession.FindNotingAsync) => Task.FromResult<Guid?>(areOwn ? move.Id : Guid.NewGuid()),
                _ => null,
            };
        });
        var shards = Answers<IMoveShards>.By((call, _) => call.Name == nameof(IMoveShards.AreTogether) ? true : null);
        await using var step = await MoveTransactions.OpenAsync(move, shards, session, Token);

        if (areOwn) await step.LockAsync();
        else await Assert.ThrowsAsync<NexusStateException>(step.LockAsync);

        Assert.Equal(!areOwn, calls.Contains(nameof(IShardSession.RollBackToSavedAsync)));
        Assert.True(calls.IndexOf(nameof(IShardSession.LockShardAsync)) < calls.IndexOf(nameof(IShardSession.FindNotingAsync)));
    }

    private static async Task BreakAsync(TaskCompletionSource signalled)
    {
        signalled.TrySetResult();
        await Task.Delay(100, Token);
        throw new NpgsqlException("broken", new IOException());
    }

    /// <summary>Timers are due a hundred times sooner.</summary>
    private sealed class FastClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period > TimeSpan.Zero ? period / 100 : period);
    }
}

/// <summary>An object whose members are answered by a function; null stands for a completed task, or for the default.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The proxy is a class derived from it.")]
[SuppressMessage("Design", "MA0053", Justification = "The proxy is a class derived from it.")]
internal class Answers<T> : DispatchProxy
    where T : class
{
    private Func<MethodInfo, object?[], object?> _answer = null!;

    public static T By(Func<MethodInfo, object?[], object?> answer)
    {
        var proxy = Create<T, Answers<T>>();
        ((Answers<T>)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (_answer(targetMethod!, args ?? []) is { } answer) return answer;
        var type = targetMethod!.ReturnType;
        if (type == typeof(Task)) return Task.CompletedTask;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(Task<>)) return type.IsValueType ? Activator.CreateInstance(type) : null;
        var value = type.GetGenericArguments()[0];
        return typeof(Task).GetMethod(nameof(Task.FromResult))!.MakeGenericMethod(value)
            .Invoke(null, [value.IsValueType ? Activator.CreateInstance(value) : null]);
    }
}
