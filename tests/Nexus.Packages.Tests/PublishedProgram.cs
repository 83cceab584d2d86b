using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Nexus.Packages.Tests;

/// <summary>The folder of a self-contained program of a release.</summary>
internal sealed class PublishedProgram(string folder, string platform)
{
    /// <summary>Assemblies of the frameworks are loaded if something refers to them; the others may also be loaded by name.</summary>
    private static readonly string[] Frameworks = ["Microsoft.", "System."];

    /// <summary>Names that assemblies of older frameworks refer to.</summary>
    private static readonly string[] Facades = ["System", "WindowsBase", "mscorlib", "netstandard"];

    /// <summary>What an assembly of the program refers to and the folder lacks, each with where the reference is.</summary>
    public IReadOnlyList<string> FindMissingAssemblies()
    {
        var names = Directory.GetFiles(folder, "*.dll").Select(file => Path.GetFileNameWithoutExtension(file)!).ToHashSet(StringComparer.Ordinal);
        var reached = names.Except(Facades).Where(name => !Frameworks.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .ToHashSet(StringComparer.Ordinal);
        var missing = new List<string>();
        for (var next = new Queue<string>(reached); next.TryDequeue(out var name);)
        {
            foreach (var reference in References(name).Where(reached.Add))
            {
                if (names.Contains(reference)) next.Enqueue(reference);
                else missing.Add($"{name} -> {reference}");
            }
        }
        return missing;
    }

    /// <summary>Native files, and assemblies with compiled code, that are for another processor or system.</summary>
    public IReadOnlyList<string> FindFilesForOtherMachines()
    {
        var (native, compiled) = platform switch
        {
            "linux-x64" => (62, MachineOf(Machine.Amd64)),
            "linux-arm64" => (183, MachineOf(Machine.Arm64)),
            _ => throw new ArgumentException(platform),
        };
        var wrong = new List<string>();
        foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (ElfMachine(file) is { } machine)
            {
                if (machine != native) wrong.Add(file);
            }
            else if (file.EndsWith(".dll", StringComparison.Ordinal))
            {
                using var assembly = new PEReader(File.OpenRead(file));
                // Assemblies without compiled code have this machine, for any.
                if (assembly.PEHeaders.CoffHeader.Machine != Machine.I386 && (int)assembly.PEHeaders.CoffHeader.Machine != compiled) wrong.Add(file);
            }
        }
        return wrong;
    }

    /// <summary>The header of code that is compiled ahead of time for Linux (IMAGE_FILE_MACHINE_OS_MASK_LINUX of the runtime).</summary>
    private static int MachineOf(Machine machine) => (int)machine ^ 0x7B79;

    /// <summary>The machine of the header of a native file (e_machine of elf(5)); null for other files.</summary>
    private static int? ElfMachine(string file)
    {
        var header = new byte[20];
        using var stream = File.OpenRead(file);
        return stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length
            && header.AsSpan(0, 4).SequenceEqual("\u007fELF"u8)
            ? BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18)) : null;
    }

    private List<string> References(string name)
    {
        using var assembly = new PEReader(File.OpenRead(Path.Combine(folder, $"{name}.dll")));
        if (!assembly.HasMetadata) return [];
        var metadata = assembly.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))];
    }
}
