namespace Hyperplane.Controller;

/// <summary>The region's authority cannot be used by this process; the message says what to do.</summary>
public sealed class AuthorityException(string message) : Exception(message);
