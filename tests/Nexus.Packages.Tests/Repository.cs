namespace Nexus.Packages.Tests;

/// <summary>The files of the project.</summary>
internal static class Repository
{
    private static readonly string[] Built = ["bin", "obj", ".git", "out", "data", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules", ".vs",
        ".idea"];

    /// <summary>The folder of Nexus.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as these tests were built.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The program of a sample.</summary>
    public static string Sample(string name) => Path.Combine(Root, "samples", name, "bin", Configuration, "net10.0", $"{name}.dll");

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>Copies what is needed to build packages and samples, so that doing so disturbs no build of the project itself.</summary>
    public static void CopySources(string target)
    {
        foreach (var file in Directory.EnumerateFiles(Root)
            .Where(file => Path.GetExtension(file) is ".props" or ".targets" or ".json" or ".txt" or ".md"
            || Path.GetFileName(file) is "LICENSE" or ".editorconfig"))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        foreach (var folder in (string[])["src", "bench", "samples", "docs"]) CopyFolder(Path.Combine(Root, folder), Path.Combine(target, folder));
    }

    private static void CopyFolder(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source))
        {
            // The version of a run is its own, so locked versions of projects would not match.
            if (Path.GetFileName(file) != "packages.lock.json") File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
        foreach (var folder in Directory.EnumerateDirectories(source).Where(folder => !Built.Contains(Path.GetFileName(folder))))
            CopyFolder(folder, Path.Combine(target, Path.GetFileName(folder)));
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside of the project's folder");
    }
}
