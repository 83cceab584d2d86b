using System.Text.Json;

namespace Nexus.Operations.Json;

/// <summary>A value in a request has the wrong form. The serializer adds its path. The message says what is allowed and contains no value.</summary>
public sealed class FieldFormatException(string message) : JsonException(message);
