using System.Formats.Tar;
using System.IO.Compression;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Upgrade;

/// <summary>What a program of an earlier version left: made by make-fixture in this folder, kept in Fixtures.</summary>
internal static class EarlierVersion
{
    /// <summary>The folders, named after the newest migration that the version knew.</summary>
    public static IEnumerable<string> All => Directory.GetDirectories(Root).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal);

    /// <summary>The encryption key of all fixtures.</summary>
    public static string Keys => File.ReadAllText(Path.Combine(Root, "keys.txt")).Trim();

    /// <summary>The newest migration of the version.</summary>
    public static int Newest(string version) => int.Parse(version["schema-".Length..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A text of the fixture, such as the API key that the version made.</summary>
    public static string Read(string version, string file) => File.ReadAllText(Path.Combine(Root, version, file)).Trim();

    /// <summary>The database as the version left it.</summary>
    public static async Task<TestDatabase> RestoreAsync(string version)
    {
        var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(Read(version, "database.dump"));
        // The dump sets the search path of its session.
        await database.CloseConnectionsAsync();
        return database;
    }

    /// <summary>Unpacks a data folder of the version.</summary>
    public static async Task UnpackAsync(string version, string archive, string folder)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var packed = File.OpenRead(Path.Combine(Root, version, archive));
        await using var unzipped = new GZipStream(packed, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unzipped, folder, overwriteFiles: false);
    }

    private static string Root => Path.Combine(AppContext.BaseDirectory, "Upgrade", "Fixtures");
}
