using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

public sealed class RoleConverter() : NameConverter<UserRole>(("user", UserRole.User), ("admin", UserRole.Admin));
