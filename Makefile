PYTHON ?= python3
VENV := .venv/bin
export UV_SYSTEM_CERTS = 1
export UV_LINK_MODE = copy
# Many processes are started here: none should have to compile what another one has.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check rules types compiled unit tried coverage conformance soak silence kills fuzz atheris bench titles lock

demo: .venv/.product  ## the main job, embedded, no accounts
	@$(VENV)/gateway demo

test: .venv/.tools .venv/.softhsm  ## lint, types, import rules, all tests
	@$(MAKE) --no-print-directory -j2 types tried

check: rules types

rules: .venv/.tools
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/lint-imports
	@$(VENV)/deptry .

types: .venv/.tools
	@$(VENV)/mypy

# Beside the types, which take one core for half a minute.
tried: rules
	@$(MAKE) --no-print-directory compiled
	@$(MAKE) --no-print-directory unit

# Once: each process of the tests would compile them all.
compiled: .venv/.tools
	@$(VENV)/python -m pytest -q --collect-only >/dev/null 2>&1 || :  # what fails is said by the tests

unit: .venv/.tools .venv/.softhsm
	@$(VENV)/python -m pytest -q -n $$(($$(nproc) + 1)) --dist worksteal  # one more than cores: some wait

# What tries the parts that pyproject.toml names under coverage.
TRIED := vault withdrawal store app test_acknowledgement.py test_authorization.py

coverage: .venv/.tools .venv/.softhsm  ## no line or branch of vault, withdrawal and authorizations is untried
	@$(VENV)/python -m pytest -q -n $$(($$(nproc) + 1)) --dist worksteal --cov --cov-report term \
	  $(TRIED:%=tests/gateway/%)

conformance: .venv-conformance/.clients  ## the providers' own clients read the stand-ins
	@.venv-conformance/bin/python -m pytest -q tests/conformance

SEED ?= 1 2 3 4 5
WEEKS ?= 2

soak: .venv/.tools  ## simulated weeks of faults, changes and ends: make soak SEED="6 7" WEEKS=4
	@$(VENV)/python -m tests.system.soak_command $(WEEKS) $(SEED)

silence: .venv/.tools  ## two events that look alike are told alike: make silence PAIRS=1000000
	@$(VENV)/python -m tests.properties.silence_command $(PAIRS)

kills: .venv/.tools  ## killed anywhere while it withdraws, the next process completes it: make kills POINTS=10000
	@$(VENV)/python -m tests.gateway.withdrawal.killed_command $(POINTS)

CASES ?= 1000000

fuzz: .venv/.tools  ## bytes that strangers may send, for every parser: make fuzz CASES=1000000
	@$(VENV)/python -m tests.fuzzing $(CASES)

PARSER ?= tokens

atheris: .venv-atheris/.atheris  ## the same, guided by what each reaches, until stopped: make atheris PARSER=scim
	@.venv-atheris/bin/python -m tests.fuzzing.guided $(PARSER)

bench: .venv/.tools .venv-peers/.peers  ## ratios of one run, as a table; others read the stand-ins too; MILLION=1 shreds as many
	@$(VENV)/python -m tests.benchmarks $(if $(MILLION),--million)

titles: .venv-presidio/.presidio  ## what is found of people in titles, beside Presidio: make titles SIZE=500
	@.venv-presidio/bin/python -m tests.benchmarks.titles --misses --unseen $(if $(SIZE),--size $(SIZE))

lock: .venv/.build  ## resolve the pinned requirements anew
	@$(VENV)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  pyproject.toml -o requirements.txt
	@$(VENV)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  pyproject.toml --extra postgresql -c requirements.txt -o requirements-postgresql.txt
	@$(VENV)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  pyproject.toml --extra statistics -c requirements.txt -o requirements-statistics.txt
	@$(VENV)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  pyproject.toml --extra postgresql --group dev -o requirements-dev.txt
	@$(VENV)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  --group build -o requirements-build.txt
	@$(VENV)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  pyproject.toml --group conformance -c requirements-dev.txt -o requirements-conformance.txt
	@$(VENV)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  --group peers -c requirements-dev.txt -o requirements-peers.txt
	@$(VENV)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  pyproject.toml --group presidio -c requirements-dev.txt -o requirements-presidio.txt
	@$(VENV)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --no-annotate \
	  pyproject.toml --group dev --group atheris -c requirements-dev.txt -o requirements-atheris.txt

.venv/.build: requirements-build.txt
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo 'This needs Python 3.11 with venv: sudo apt install python3-venv make'; exit 2; }
	@test -x $(VENV)/python || $(PYTHON) -m venv .venv
	@$(VENV)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.product: requirements.txt pyproject.toml .venv/.build
	@$(VENV)/uv pip install -q --compile-bytecode --python $(VENV)/python --require-hashes -r $<
	@$(VENV)/uv pip install -q --python $(VENV)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/.tools: requirements-dev.txt .venv/.product
	@$(VENV)/uv pip install -q --compile-bytecode --python $(VENV)/python --require-hashes -r $<
	@touch $@

# Debian's packages, unpacked and not installed: nobody has to be root. Where there are none, its tests are skipped.
APT := apt-get -qq -o Dir::State::Lists=$$PWD/lists -o Dir::Cache=$$PWD/cache -o Debug::NoLocking=1 -o APT::Sandbox::User= \
  -o Acquire::Languages=none -o Acquire::Retries=0 -o Acquire::http::Timeout=10

.venv/.softhsm: .venv/.build  ## a software token for the tests
	@rm -rf $@.new && mkdir -p $@.new/lists/partial $@.new/cache/archives/partial
	@cd $@.new && { $(APT) update && $(APT) download libsofthsm2 softhsm2 && \
	  for package in *.deb; do dpkg-deb -x $$package . || exit; done && rm -r lists cache *.deb; } >log 2>&1 && \
	  mv ../.softhsm.new ../.softhsm || echo 'No SoftHSM (see $@.new/log): the tests of PKCS#11 are skipped.'

.venv-conformance/.clients: requirements-conformance.txt .venv/.build
	@$(VENV)/uv venv -q --clear --python $(VENV)/python .venv-conformance
	@$(VENV)/uv pip install -q --python .venv-conformance/bin/python --require-hashes -r $<
	@touch $@

.venv-atheris/.atheris: requirements-atheris.txt .venv/.build
	@$(VENV)/uv venv -q --clear --python $(VENV)/python .venv-atheris
	@$(VENV)/uv pip install -q --python .venv-atheris/bin/python --require-hashes -r $<
	@touch $@

.venv-peers/.peers: requirements-peers.txt .venv/.build
	@$(VENV)/uv venv -q --clear --python $(VENV)/python .venv-peers
	@$(VENV)/uv pip install -q --python .venv-peers/bin/python --require-hashes -r $<
	@touch $@

.venv-presidio/.presidio: requirements-presidio.txt .venv/.build
	@$(VENV)/uv venv -q --clear --python $(VENV)/python .venv-presidio
	@$(VENV)/uv pip install -q --python .venv-presidio/bin/python --require-hashes -r $<
	@touch $@
