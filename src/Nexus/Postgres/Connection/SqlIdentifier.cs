using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Postgres;

/// <summary>Names of schemas, tables and columns inside SQL text, where parameters are not allowed.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class SqlIdentifier
{
    /// <summary>The name in double quotes, which are doubled inside it: safe whatever it holds.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}
