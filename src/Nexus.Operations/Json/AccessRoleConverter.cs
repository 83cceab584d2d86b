using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Json;

public sealed class AccessRoleConverter() : NameConverter<AccessRole>(
    ("owner", AccessRole.Owner), ("admin", AccessRole.Admin), ("user", AccessRole.User),
    ("expired", AccessRole.Expired), ("none", AccessRole.None), ("error", AccessRole.Error));
