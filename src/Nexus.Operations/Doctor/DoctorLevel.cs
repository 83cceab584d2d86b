using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Operations.Doctor;

/// <summary>How serious a finding is.</summary>
[JsonConverter(typeof(DoctorLevelConverter))]
public enum DoctorLevel
{
    /// <summary>Nothing is wrong.</summary>
    Ok,

    /// <summary>Could not be checked, because something else is wrong.</summary>
    Unknown,

    /// <summary>Works, but not as it should, or not for long.</summary>
    Warning,

    /// <summary>Does not work, or data is at risk.</summary>
    Problem,
}

/// <summary>Levels in JSON begin with a small letter, as the names of members do.</summary>
internal sealed class DoctorLevelConverter() : JsonStringEnumConverter<DoctorLevel>(JsonNamingPolicy.CamelCase);
