using System.CommandLine;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Decap.Hooks;

namespace Hyperplane.Decap.Commands;

/// <summary>The edge of the process: words in, exit code out, every failure told in one line.</summary>
internal sealed class Cli(TextWriter output, TextWriter error)
{
    private readonly InstallCommand _install = new();

    private readonly Option<string> _interface = new("--interface")
    {
        Description = "The interface", HelpName = "IF", Required = true,
    };

    private readonly Option<string> _anyInterface = new("--interface")
    {
        Description = "The interface; all of them without", HelpName = "IF",
    };

    /// <summary>Runs one command line.</summary>
    public int Run(string[] words)
    {
        ParseResult parse = Build().Parse(words);
        if (parse.Errors.Count > 0)
        {
            foreach (string message in parse.Errors.Select(one => one.Message))
                error.WriteLine($"hpdecap: {message}");
            error.WriteLine("hpdecap: --help tells how");
            return (int)ExitCode.Usage;
        }

        return parse.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, Output = output, Error = error,
        });
    }

    private RootCommand Build()
    {
        Command status = new("status", "Show what is installed, what it counted, and what the machine still needs")
        {
            _anyInterface,
        };
        Command remove = new("remove", "Take it off an interface") { _interface };
        _install.Command.SetAction(parse => Guard(() => Install(_install.Read(parse))));
        status.SetAction(parse => Guard(() => Status(parse.GetValue(_anyInterface))));
        remove.SetAction(parse => Guard(() => Remove(parse.GetRequiredValue(_interface))));
        return new RootCommand("Takes packets of a load balancer in mode dsr out of their tunnel, on the target")
        {
            _install.Command, status, remove,
        };
    }

    private ExitCode Install(DecapSettings settings)
    {
        Decapsulator.Install(settings);
        List<Installation> installed = Decapsulator.Find(settings.Interface);
        foreach (Installation one in installed)
        {
            using (one)
                StatusReport.WriteHead(output, one);
        }

        return ExitCode.Done;
    }

    private ExitCode Status(string? interfaceName)
    {
        List<Installation> installed = Decapsulator.Find(interfaceName);
        foreach (Installation one in installed)
        {
            using (one)
                StatusReport.Write(output, one);
        }

        return installed.Count > 0
            ? ExitCode.Done
            : throw new DecapFailure(ExitCode.NotInstalled, $"not installed on {interfaceName ?? "any interface"}");
    }

    private ExitCode Remove(string interfaceName)
    {
        bool found = Decapsulator.Remove(interfaceName);
        output.WriteLine(found ? $"{interfaceName}: removed" : $"{interfaceName}: nothing to remove");
        return ExitCode.Done;
    }

    private int Guard(Func<ExitCode> command)
    {
        const int NotPermittedError = 1;
        try
        {
            _ = LibBpf.SetPrint(0);
            return (int)command();
        }
        catch (DecapFailure failure)
        {
            return Tell(failure.ExitCode, failure.Message);
        }
        catch (DllNotFoundException)
        {
            return Tell(ExitCode.CannotLoad, "libbpf.so.1 is not installed: apt-get install libbpf1");
        }
        catch (KernelException refused) when (refused.Error == NotPermittedError)
        {
            return Tell(
                ExitCode.NotPermitted,
                $"{refused.Message} It needs root: CAP_NET_ADMIN, CAP_BPF, and CAP_SYS_ADMIN to see who is attached.");
        }
        catch (KernelException refused)
        {
            return Tell(ExitCode.Refused, refused.Message);
        }
    }

    private int Tell(ExitCode exitCode, string message)
    {
        error.WriteLine($"hpdecap: {message}");
        return (int)exitCode;
    }
}
