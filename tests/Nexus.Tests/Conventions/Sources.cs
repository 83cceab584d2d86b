using System.Reflection;

namespace Nexus.Tests.Conventions;

/// <summary>What the conventions are about: the assemblies of the program and the files of the project.</summary>
internal static class Sources
{
    private static readonly string[] NotOurs = ["bin", "obj", ".git", "out", "data", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules",
        ".vs", ".idea"];

    /// <summary>The folder of Nexus.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Libraries: what others run inside their own process.</summary>
    public static IReadOnlyList<Assembly> Libraries { get; } = [typeof(NexusDb).Assembly, Assembly.Load("Nexus.Audit"),
        Assembly.Load("Nexus.Operations"), Assembly.Load("Nexus.LoadTest"), Assembly.Load("Nexus.Server")];

    /// <summary>Everything under src.</summary>
    public static IReadOnlyList<Assembly> Program { get; } = [.. Libraries, Assembly.Load("Nexus.Cli")];

    /// <summary>Files of the project by path from the root, none that a build or a run made.</summary>
    public static IEnumerable<string> Files(string folder = "")
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, folder))) yield return Path.GetRelativePath(Root, file);
        foreach (var below in Directory.EnumerateDirectories(Path.Combine(Root, folder)))
        {
            if (NotOurs.Contains(Path.GetFileName(below))) continue;
            foreach (var file in Files(Path.GetRelativePath(Root, below))) yield return file;
        }
    }

    public static IEnumerable<MethodBase> MethodsOf(Assembly assembly)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
            | BindingFlags.DeclaredOnly;
        return assembly.GetTypes().SelectMany(type => type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all)));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside of the project's folder");
    }
}
