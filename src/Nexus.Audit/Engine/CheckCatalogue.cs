using System.Globalization;

namespace Nexus.Audit;

/// <summary>Every check of this assembly, found by itself: adding one means adding its file.</summary>
internal static class CheckCatalogue
{
    /// <summary>By group in the order of the documentation, then by number.</summary>
    public static IReadOnlyList<AuditCheck> All { get; } =
    [
        .. typeof(AuditCheck).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(AuditCheck)) && !type.IsAbstract)
            .Select(type => (AuditCheck)Activator.CreateInstance(type)!)
            .OrderBy(check => Group(check.Id)).ThenBy(check => int.Parse(check.Id.AsSpan(1), CultureInfo.InvariantCulture)),
    ];

    /// <summary>The check of that id in any case, null when there is none.</summary>
    public static AuditCheck? Find(string id) => All.FirstOrDefault(check => check.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name of a group by its letter.</summary>
    public static Bilingual GroupName(string id) => id[0] switch
    {
        'C' => new("Connections and client", "Conexiones y cliente"),
        'W' => new("Writes", "Escrituras"),
        'Q' => new("Queries", "Consultas"),
        'I' => new("Indexes", "Índices"),
        'J' => new("JSONB and schema", "JSONB y esquema"),
        'V' => new("Vacuum", "Limpieza (vacuum)"),
        'K' => new("Configuration", "Configuración"),
        'S' => new("Security", "Seguridad"),
        'D' => new("Durability", "Durabilidad"),
        _ => throw new ArgumentOutOfRangeException(nameof(id), id, "no group has this letter"),
    };

    private static int Group(string id) => "CWQIJVKSD".IndexOf(id[0], StringComparison.Ordinal);
}
