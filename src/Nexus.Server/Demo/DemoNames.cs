namespace Nexus.Server.Demo;

/// <summary>Invented people, symbols and strategies. No value belongs to anybody.</summary>
internal static class DemoNames
{
    private static readonly string[] First =
        ["Ada", "Bruno", "Carla", "Diego", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kaya", "Lucia", "Mateo", "Nora", "Oscar", "Paula",
            "Quim", "Rosa", "Samir", "Tilda", "Ulf", "Vera", "Walid", "Xenia", "Yago", "Zoe"];

    private static readonly string[] Last =
        ["Almeida", "Bauer", "Castro", "Duarte", "Eklund", "Ferrer", "Gallo", "Hansen", "Ibarra", "Jung", "Keller", "Lopez", "Moreau", "Novak",
            "Ortega", "Petit", "Quiroga", "Rossi", "Santos", "Torres"];

    public static IReadOnlyList<(string Symbol, decimal Price)> Symbols { get; } =
    [
        ("BTCUSDT", 97_250m), ("ETHUSDT", 3_410m), ("SOLUSDT", 228m), ("XRPUSDT", 2.31m), ("ADAUSDT", 0.92m), ("AVAXUSDT", 41.5m),
        ("LINKUSDT", 23.4m), ("DOGEUSDT", 0.38m), ("LTCUSDT", 104m), ("DOTUSDT", 7.8m),
    ];

    public static IReadOnlyList<string> Strategies { get; } = ["TREND", "SCALP", "BREAKOUT", "MEAN_REVERSION", "GRID", "NEWS"];

    public static IReadOnlyList<string> Modes { get; } = ["PILOT", "PILOT", "COPILOT", "WATCHER"];

    public static IReadOnlyList<string> TimeZones { get; } = ["Europe/Madrid", "America/Bogota", "America/Mexico_City", "UTC", "Europe/Berlin"];

    public static string Person(Random random) => $"{First[random.Next(First.Length)]} {Last[random.Next(Last.Length)]}";
}
