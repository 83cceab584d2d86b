using System.Runtime.CompilerServices;

namespace Nexus.Audit.Tests;

/// <summary>What the assembly keeps to, so that it can be taken alone.</summary>
public sealed class AssemblyTests
{
    private static readonly string Sources = Path.Combine(CatalogueTests.Root, "src", "Nexus.Audit");

    [Fact]
    public void It_needs_Npgsql_and_the_framework_alone()
    {
        var references = typeof(Auditor).Assembly.GetReferencedAssemblies().Select(name => name.Name!).ToList();
        Assert.Contains("Npgsql", references);
        Assert.All(references, name => Assert.True(name == "Npgsql" || name.StartsWith("System.", StringComparison.Ordinal), name));
    }

    [Fact]
    public void Only_tests_see_its_internals() =>
        Assert.All(
            typeof(Auditor).Assembly.GetCustomAttributes(typeof(InternalsVisibleToAttribute), false).Cast<InternalsVisibleToAttribute>(),
            friend => Assert.True(friend.AssemblyName is "Nexus.Fuzz" || friend.AssemblyName.EndsWith(".Tests", StringComparison.Ordinal)));

    [Fact]
    public void It_has_one_namespace() => Assert.All(
        typeof(Auditor).Assembly.GetTypes().Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute), false) && !type.IsNested
            && !type.Name.StartsWith('<') && type.Namespace?.StartsWith("Nexus", StringComparison.Ordinal) == true),
        type => Assert.Equal("Nexus.Audit", type.Namespace));

    [Fact]
    public void Every_public_type_is_sealed_and_has_a_file_of_its_name()
    {
        var files = Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.All(typeof(Auditor).Assembly.GetExportedTypes(), type =>
        {
            Assert.True(type.IsSealed, type.Name);
            Assert.Contains(type.Name, files);
        });
    }

    [Fact]
    public void Files_are_short_and_narrow()
    {
        var files = Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(CatalogueTests.Root, "tests", "Nexus.Audit.Tests"), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var lines = File.ReadAllLines(file);
            Assert.True(lines.Length <= 400, $"{file} has {lines.Length} lines");
            Assert.True(lines.All(line => line.Length <= 150), $"{file} has a line of more than 150 columns");
        }
    }
}
