namespace Hyperplane.Controller.Store;

/// <summary>
/// A concurrent work took what this one was about to take; the transaction begins anew and sees what the other left.
/// </summary>
internal sealed class RetryWorkException : Exception;
