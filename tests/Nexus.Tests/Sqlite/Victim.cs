using Nexus.TestKit;

namespace Nexus.Tests.Sqlite;

/// <summary>Starts a program of Nexus.Faults, which is built beside the tests.</summary>
internal static class Victim
{
    public static ChildProcess Start(params string[] arguments) => Start(new Dictionary<string, string?>(), arguments);

    public static ChildProcess Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        ChildProcess.Start("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Nexus.Faults.dll"), .. arguments], environment);
}
