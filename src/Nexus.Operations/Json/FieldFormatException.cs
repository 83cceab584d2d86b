using System.Text.Json;

namespace Nexus.Operations.Json;

/// <summary>A value in a request has the wrong form. The serializer adds where it stands; the message says what is allowed and shows no value.</summary>
internal sealed class FieldFormatException(string message) : JsonException(message);
