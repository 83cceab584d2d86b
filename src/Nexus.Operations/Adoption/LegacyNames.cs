namespace Nexus.Operations.Adoption;

/// <summary>Names of columns that are set aside.</summary>
internal static class LegacyNames
{
    /// <summary><c>name_legacy</c>, or with a number if that name exists.</summary>
    public static string Free(TableShape table, string column)
    {
        var name = $"{column}_legacy";
        for (var number = 2; table.Find(name) is not null; number++) name = $"{column}_legacy{number}";
        return name;
    }
}
