using System.Text.RegularExpressions;

namespace Nexus.Tests.Conventions;

/// <summary>What the project's files may hold.</summary>
public sealed partial class FileTests
{
    [Fact]
    public void No_file_of_source_is_longer_than_400_lines()
    {
        var files = Sources.Files("src").Concat(Sources.Files("tests"))
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor" or ".sql").ToList();

        Assert.True(files.Count > 100, "the sources were not found");
        Assert.Empty(files.Where(file => File.ReadLines(Path.Combine(Sources.Root, file)).Skip(400).Any()));
    }

    [Fact]
    public void No_line_of_source_is_wider_than_150_characters()
    {
        var files = Sources.Files().Where(file => Path.GetExtension(file) is ".cs" or ".razor").ToList();

        Assert.True(files.Count > 400, "the sources were not found");
        Assert.Empty(files.SelectMany(file => File.ReadLines(Path.Combine(Sources.Root, file))
            .Select((line, number) => (Line: line, At: $"{file}:{number + 1}"))
            .Where(found => found.Line.Length > 150)
            .Select(found => found.At)));
    }

    [Fact]
    public void A_public_type_is_in_a_file_of_its_name()
    {
        // A component is compiled to a type of its file's name.
        var files = Sources.Files("src").Select(file => Path.GetFileName(file).Replace(".razor", ".cs", StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
        var types = Sources.Program.Where(assembly => assembly.GetName().Name is not ("Nexus.Cli" or "Nexus.LoadTest"))
            .SelectMany(assembly => assembly.GetExportedTypes()).Where(type => !type.IsNested).ToList();

        Assert.True(types.Count > 100, "the public types were not found");
        Assert.Empty(types.Where(type => !files.Contains($"{type.Name.Split('`')[0]}.cs")).Select(type => type.FullName));
    }

    [Fact]
    public void No_file_names_a_folder_of_a_machine_or_the_host_of_a_registry()
    {
        var files = Sources.Files().Where(IsText).ToList();

        Assert.True(files.Count > 100, "the files were not found");
        Assert.Empty(files.SelectMany(file => OfOneMachine().Matches(File.ReadAllText(Path.Combine(Sources.Root, file)))
            .Select(match => $"{file}: {match.Value}")));
        Assert.Matches(OfOneMachine(), "see " + "/ho" + "me/ana/nexus");
    }

    [Fact]
    public void Versions_of_packages_stand_in_one_file()
    {
        var projects = Sources.Files().Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).ToList();

        Assert.True(projects.Count >= 8, "the projects were not found");
        Assert.Empty(projects.Where(file => PackageVersion().IsMatch(File.ReadAllText(Path.Combine(Sources.Root, file)))));
    }

    private static bool IsText(string file) =>
        Path.GetExtension(file) is ".cs" or ".razor" or ".sql" or ".md" or ".props" or ".targets" or ".csproj" or ".slnx" or ".json"
            or ".yml" or ".yaml" or ".txt" or ".sh" or ".js" or ".css" or ".html" or "";

    // Written so that it does not find itself.
    [GeneratedRegex(@"\B/(?:wor[k]|hom[e]|roo[t]|User[s])/[\w.]+|\B/tm[p]/[\w.]+"
        + @"|\b(?:ap[i]\.nuget\.org|registr[y]\.npmjs\.org|de[b]\.debian\.org|pyp[i]\.org)\b", RegexOptions.NonBacktracking)]
    private static partial Regex OfOneMachine();

    [GeneratedRegex(@"<PackageReference [^>]*Version=", RegexOptions.NonBacktracking)]
    private static partial Regex PackageVersion();
}
