using System.Data.Common;
using System.Reflection;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Nexus.Tests.Conventions;

/// <summary>Nothing blocks a thread while it waits: read from what was compiled, so no source can hide it.</summary>
public sealed class AsynchronyTests
{
    [Fact]
    public void Nothing_waits_for_a_task_or_sleeps() => AssertNoCalls(IsBlockingWait);

    [Fact]
    public void Nothing_calls_the_database_server_synchronously() => AssertNoCalls(IsSynchronousDriverCall);

    [Fact]
    public void The_scan_finds_what_it_looks_for()
    {
        var found = Calls(typeof(Blocking).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)).ToList();

        Assert.Equal(6, found.Count(call => IsBlockingWait(call.Caller, call.Called)));
        Assert.Equal(3, found.Count(call => IsSynchronousDriverCall(call.Caller, call.Called)));
    }

    [Fact]
    public void Every_call_of_the_library_that_is_awaited_can_be_cancelled()
    {
        // Closing is not cancelled half way.
        var deaf = typeof(NexusDb).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => IsAwaitable(method.ReturnType) && method.Name != nameof(IAsyncDisposable.DisposeAsync))
            .Where(method => method.GetParameters().LastOrDefault()?.ParameterType != typeof(CancellationToken))
            .Select(method => $"{method.DeclaringType}.{method.Name}");

        Assert.Empty(deaf);
    }

    private static bool IsAwaitable(Type type) =>
        type == typeof(Task) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(Task<>) || open == typeof(ValueTask<>) || open == typeof(IAsyncEnumerable<>)));

    /// <remarks>Await itself reads the awaiter's result, in the state machine that the compiler makes, when the task is complete.</remarks>
    private static bool IsBlockingWait(MethodBase caller, MethodBase called)
    {
        var type = called.DeclaringType;
        if (type is { IsGenericType: true }) type = type.GetGenericTypeDefinition();
        if (type == typeof(Task))
            return called.Name is nameof(Task.Wait) or nameof(Task.WaitAll) or nameof(Task.WaitAny) or nameof(Task.RunSynchronously);
        if (type == typeof(Task<>) || type == typeof(ValueTask<>)) return called.Name == "get_Result";
        if (type == typeof(Thread)) return called.Name is nameof(Thread.Sleep) or nameof(Thread.SpinWait);
        var isAwaiter = type == typeof(TaskAwaiter) || type == typeof(TaskAwaiter<>) || type == typeof(ValueTaskAwaiter)
            || type == typeof(ValueTaskAwaiter<>)
            || type?.DeclaringType is { } outer
                && (outer == typeof(ConfiguredTaskAwaitable) || outer == typeof(ConfiguredTaskAwaitable<>)
                || outer == typeof(ConfiguredValueTaskAwaitable) || outer == typeof(ConfiguredValueTaskAwaitable<>));
        return isAwaiter && called.Name == "GetResult" && !typeof(IAsyncStateMachine).IsAssignableFrom(caller.DeclaringType);
    }

    private static bool IsOfSqlite(MethodBase caller)
    {
        if (caller.DeclaringType!.FullName!.StartsWith("Nexus.Sqlite.", StringComparison.Ordinal)) return true;
        var locals = caller.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [];
        return caller.GetParameters().Select(parameter => parameter.ParameterType).Concat(locals)
            .Any(type => type.Namespace == "Microsoft.Data.Sqlite");
    }

    /// <remarks>SQLite has only synchronous calls, so the embedded store makes them on threads of its own.</remarks>
    private static bool IsSynchronousDriverCall(MethodBase caller, MethodBase called)
    {
        if (called.DeclaringType is not { } type || IsOfSqlite(caller)) return false;
        if (typeof(DbDataSource).IsAssignableFrom(type)) return called.Name is "OpenConnection";
        if (typeof(DbConnection).IsAssignableFrom(type))
            return called.Name is "Open" or "Close" or "Wait"
                || called.Name.StartsWith("Begin", StringComparison.Ordinal) && !called.Name.EndsWith("Async", StringComparison.Ordinal);
        if (typeof(DbCommand).IsAssignableFrom(type) || typeof(DbBatch).IsAssignableFrom(type))
            return called.Name is "ExecuteNonQuery" or "ExecuteReader" or "ExecuteScalar" or "Prepare";
        if (typeof(DbDataReader).IsAssignableFrom(type)) return called.Name is "Read" or "NextResult" or "Close";
        if (typeof(DbTransaction).IsAssignableFrom(type)) return called.Name is "Commit" or "Rollback" or "Save";
        return type.Name is "NpgsqlBinaryImporter" && called.Name is "StartRow" or "Write" or "Complete";
    }

    private static IEnumerable<(MethodBase Caller, MethodBase Called)> Calls(IEnumerable<MethodBase> methods) =>
        methods.SelectMany(method => CallScanner.CallsOf(method).Select(called => (method, called)));

    private static void AssertNoCalls(Func<MethodBase, MethodBase, bool> isBanned)
    {
        var found = Sources.Program
            .SelectMany(assembly => Calls(Sources.MethodsOf(assembly)))
            // The compiler's Main waits for ours.
            .Where(call => isBanned(call.Caller, call.Called) && call.Caller.Module.Assembly.EntryPoint != call.Caller)
            .Select(call => $"{call.Caller.DeclaringType}.{call.Caller.Name} calls {call.Called.DeclaringType?.Name}.{call.Called.Name}");
        Assert.Empty(found);
    }

    /// <summary>What must not be, for the scan to find.</summary>
#pragma warning disable VSTHRD002, VSTHRD104, MA0042, MA0045, xUnit1031 // Never run: these are the findings of the test above.
    private static class Blocking
    {
        private static void Wait(Task task) => task.Wait();

        private static int Result(Task<int> task) => task.Result;

        private static int OfValueTask(ValueTask<int> task) => task.Result;

        private static void Awaiter(Task task) => task.GetAwaiter().GetResult();

        private static int Configured(Task<int> task) => task.ConfigureAwait(false).GetAwaiter().GetResult();

        private static void Sleep() => Thread.Sleep(1);

        private static async Task<int> Innocent(Task<int> task) => await task.ConfigureAwait(false) + await new ValueTask<int>(task);

        private static int Server(NpgsqlConnection connection, NpgsqlCommand command)
        {
            connection.Open();
            using var reader = command.ExecuteReader();
            return reader.Read() ? 1 : 0;
        }
    }
#pragma warning restore VSTHRD002, VSTHRD104, MA0042, MA0045, xUnit1031
}
