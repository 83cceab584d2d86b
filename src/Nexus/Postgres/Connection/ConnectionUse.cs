using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What the connections of a pool are for.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public enum ConnectionUse
{
    /// <summary>Work with a session, such as a migration: unqualified names mean the schema.</summary>
    Sessions,

    /// <summary>
    /// Reads and writes of the state. Names are qualified, and there is no session to reset when a connection is handed on: the driver's reset is
    /// seven statements in front of the next, a fifth of a lone save. Plans are prepared for good: left to itself the server plans a statement over
    /// arrays anew at each call, for as long as its arrays are shorter than the ten elements that a prepared plan reckons with, which is half the
    /// time of a small batch.
    /// </summary>
    State,

    /// <summary>Reads of the catalog, with qualified names.</summary>
    Catalog,

    /// <summary>One connection that is kept, and closed for good when it breaks; names are qualified.</summary>
    One,

    /// <summary>One connection that keeps the time zone which the database and the role set, to read which that is; names are qualified.</summary>
    OwnZone,
}
