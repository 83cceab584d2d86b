using Nexus.Trades;

namespace Nexus.Operations.Json;

public sealed class FillSideConverter() : NameConverter<FillSide>(("ENTRY", FillSide.Entry), ("EXIT", FillSide.Exit));
